import {
  type FunctionDeclaration,
  type QueueSource,
  type RuleDeclaration,
  TemplateError,
} from './declaration.js'
import { parsePattern } from './match-pattern.js'
import { isMapping, type Mapping, readCount, readMapping, refuseUnknownKeys } from './node-shape.js'
import { parseRate } from './parse-rate.js'
import type { Resources } from './read-resources.js'
import { ACCOUNT_ID, resolveToText } from './resolve-intrinsics.js'

const BATCH_SIZE_DEFAULT = 10
// Without a limit Lambda goes up to hundreds; a laptop does not.
const CONCURRENCY_DEFAULT = 10
// More needs a batching window, which a FIFO queue cannot have.
const BATCH_SIZE_MAX = 10

/** The function being read: where it stands in the template, and what stands beside it. */
export type FunctionContext = { path: string; name: string; resources: Resources }

/** Adds what one item of `events` asks for to the function; a disabled one asks for nothing. */
export function addTrigger(
  declaration: FunctionDeclaration,
  event: Mapping,
  at: number,
  context: FunctionContext,
): void {
  const [kind = 'nothing', trigger] = Object.entries(event)[0] ?? []
  const path = `${context.path}.events[${at}].${kind}`
  if (isMapping(trigger) && trigger['enabled'] === false) return
  if (kind === 'sqs')
    declaration.queueSources.push(readQueueSource(readMapping(trigger, path), path, context))
  else if (kind === 'eventBridge')
    declaration.rules.push(readRule(readMapping(trigger, path), at, path, context))
  else if (kind === 'schedule') {
    const rates = isMapping(trigger) ? trigger['rate'] : trigger
    if (isMapping(trigger)) refuseUnknownKeys(trigger, ['rate', 'enabled', 'name', 'description'], path)
    for (const rate of Array.isArray(rates) ? rates : [rates]) {
      declaration.schedules.push({
        arn: ruleArn(`${context.name}-schedule-${at}`, context),
        periodMs: parseRate(rate, path),
      })
    }
  } else throw new TemplateError(`${path} is not known to the embedded stack`)
}

function readQueueSource(node: Mapping, path: string, context: FunctionContext): QueueSource {
  refuseUnknownKeys(node, ['arn', 'batchSize', 'maximumConcurrency', 'functionResponseType', 'enabled'], path)
  const responseType = node['functionResponseType']
  if (responseType !== undefined && responseType !== 'ReportBatchItemFailures') {
    throw new TemplateError(`${path}.functionResponseType: ReportBatchItemFailures is expected`)
  }
  const batchSize = readCount(node['batchSize'] ?? BATCH_SIZE_DEFAULT, `${path}.batchSize`, 1)
  if (batchSize > BATCH_SIZE_MAX) throw new TemplateError(`${path}.batchSize: at most ${BATCH_SIZE_MAX}`)
  return {
    queue: findQueue(node['arn'], `${path}.arn`, context),
    batchSize,
    maximumConcurrency: readCount(
      node['maximumConcurrency'] ?? CONCURRENCY_DEFAULT,
      `${path}.maximumConcurrency`,
      1,
    ),
    reportsBatchItemFailures: responseType !== undefined,
  }
}

function readRule(node: Mapping, at: number, path: string, context: FunctionContext): RuleDeclaration {
  const { bus, names } = context.resources
  // The retry policy is for targets that throttle or are out of reach for a while; here a function is there or is not.
  refuseUnknownKeys(
    node,
    ['eventBus', 'pattern', 'deadLetterQueueArn', 'retryPolicy', 'enabled', 'name'],
    path,
  )
  const eventBus = resolveToText(node['eventBus'] ?? 'default', names, `${path}.eventBus`)
  if (eventBus !== bus.name && eventBus !== bus.arn) {
    throw new TemplateError(`${path}.eventBus: ${eventBus} is no bus of this template`)
  }
  const deadLetterQueue = node['deadLetterQueueArn']
  return {
    arn: ruleArn(`${bus.name}/${context.name}-rule-${at + 1}`, context),
    pattern: parsePattern(node['pattern'], `${path}.pattern`),
    patternText: JSON.stringify(node['pattern']),
    deadLetterQueue: deadLetterQueue === undefined ? undefined : findQueue(deadLetterQueue, path, context),
  }
}

/** The logical id of the queue that an ARN names. */
export function findQueue(node: unknown, path: string, { resources }: FunctionContext): string {
  const arn = resolveToText(node, resources.names, path)
  const found = Object.entries(resources.queues).find(([, queue]) => queue.arn === arn)
  if (!found) throw new TemplateError(`${path}: ${arn} is no queue of this template`)
  return found[0]
}

const ruleArn = (name: string, { resources }: FunctionContext): string =>
  `arn:aws:events:${resources.names.region}:${ACCOUNT_ID}:rule/${name}`
