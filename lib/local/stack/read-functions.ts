import { type FunctionDeclaration, TemplateError } from './declaration.js'
import {
  isMapping,
  type Mapping,
  readCount,
  readList,
  readMapping,
  readOptionalMapping,
  readText,
  refuseUnknownKeys,
} from './node-shape.js'
import type { Resources } from './read-resources.js'
import { addTrigger, type FunctionContext, findQueue } from './read-triggers.js'
import { ACCOUNT_ID, resolveValue } from './resolve-intrinsics.js'

const FUNCTION_KEYS = [
  'destinations',
  'environment',
  'events',
  'handler',
  'maximumRetryAttempts',
  'memorySize',
  'timeout',
  'url',
  // Passed over: matters to AWS only.
  'architecture',
  'description',
  'logRetentionInDays',
  'maximumEventAge',
  'package',
  'reservedConcurrency',
  'role',
  'runtime',
  'tags',
]

// Serverless and Lambda say these where the template is silent.
const TIMEOUT_DEFAULT_SECONDS = 6
const MEMORY_DEFAULT_MB = 1024
const LAMBDA_RETRIES_DEFAULT = 2

/** Keys of the functions that have a URL, by the logical id that Serverless gives the URL. */
export const listFunctionUrls = (nodes: Mapping): Record<string, string> =>
  Object.fromEntries(
    Object.entries(nodes)
      .filter(([key, node]) => readUrl(readMapping(node, `functions.${key}`), `functions.${key}`))
      .map(([key]) => [`${key.charAt(0).toUpperCase()}${key.slice(1)}LambdaFunctionUrl`, key]),
  )

/** The functions with their triggers, as Serverless and Lambda would understand them. */
export function readFunctions(
  nodes: Mapping,
  provider: Mapping,
  prefix: string,
  resources: Resources,
): Record<string, FunctionDeclaration> {
  return Object.fromEntries(
    Object.entries(nodes).map(([key, node]) => {
      const context = { path: `functions.${key}`, name: `${prefix}-${key}`, resources }
      return [key, readFunction(readMapping(node, context.path), provider, context)]
    }),
  )
}

function readFunction(node: Mapping, provider: Mapping, context: FunctionContext): FunctionDeclaration {
  const { path, name, resources } = context
  refuseUnknownKeys(node, FUNCTION_KEYS, path)
  const timeout = node['timeout'] ?? provider['timeout'] ?? TIMEOUT_DEFAULT_SECONDS
  const memory = node['memorySize'] ?? provider['memorySize'] ?? MEMORY_DEFAULT_MB
  const environment = {
    ...readOptionalMapping(provider['environment'], 'provider.environment'),
    ...readOptionalMapping(node['environment'], `${path}.environment`),
  }
  const declaration: FunctionDeclaration = {
    handler: readText(node['handler'], `${path}.handler`),
    name,
    arn: `arn:aws:lambda:${resources.names.region}:${ACCOUNT_ID}:function:${name}`,
    timeoutMs: readCount(timeout, `${path}.timeout`, 1) * 1000,
    memoryMb: readCount(memory, `${path}.memorySize`, 128),
    environment: Object.fromEntries(
      Object.entries(environment).map(([variable, value]) => [
        variable,
        resolveValue(value, resources.names, `${path}.environment.${variable}`),
      ]),
    ),
    maximumRetryAttempts: readCount(
      node['maximumRetryAttempts'] ?? LAMBDA_RETRIES_DEFAULT,
      `${path}.maximumRetryAttempts`,
    ),
    onFailureQueue: readOnFailure(node['destinations'], context),
    hasUrl: readUrl(node, path),
    queueSources: [],
    rules: [],
    schedules: [],
  }
  readList(node['events'] ?? [], `${path}.events`).forEach((event, at) => {
    addTrigger(declaration, readMapping(event, `${path}.events[${at}]`), at, context)
  })
  return declaration
}

function readUrl(node: Mapping, path: string): boolean {
  const url = node['url'] ?? false
  if (typeof url === 'boolean') return url
  throw new TemplateError(`${path}.url: only true is known to the embedded stack`)
}

function readOnFailure(node: unknown, context: FunctionContext): string | undefined {
  const path = `${context.path}.destinations`
  const destinations = readOptionalMapping(node, path)
  refuseUnknownKeys(destinations, ['onFailure'], path)
  const onFailure = destinations['onFailure']
  if (onFailure === undefined) return undefined
  const target = isMapping(onFailure) && 'arn' in onFailure ? onFailure['arn'] : onFailure
  return findQueue(target, `${path}.onFailure`, context)
}
