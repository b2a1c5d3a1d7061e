import type { Clock, Random } from '../../core/time.js'
import { FunctionError } from './container.js'
import type { FunctionDeclaration, RuleDeclaration } from './declaration.js'
import type { BusEvent } from './event-bus.js'
import { matchesPattern } from './match-pattern.js'

// From an event to a function there are two hands, each with its own way out. EventBridge hands the event to Lambda; if
// there is nobody to hand it to, the event goes to the rule's dead letter queue as it is. Lambda then runs the function
// asynchronously; an error of the function is Lambda's to retry, and when it gives up, the invocation record goes to the
// function's failure destination.

export type QueueMessage = { body: string; attributes: Record<string, string> }

export type DeliveryOptions = {
  clock: Clock
  random: Random
  invoke: (functionKey: string, event: unknown) => Promise<unknown>
  send: (queueLogicalId: string, message: QueueMessage) => Promise<void>
  onLine: (functionKey: string, line: string) => void
}

export type Deliveries = {
  /** To every function with a rule that matches. */
  route(event: BusEvent): void
  /** One asynchronous invocation, with Lambda's retries and failure destination. */
  invokeAsynchronously(functionKey: string, event: unknown, rule?: RuleDeclaration): void
  stop(): Promise<void>
}

// Lambda waits a minute, then two. Nobody watching a laptop would.
const RETRY_STEP_MS = 200

export function createDeliveries(
  functions: Record<string, FunctionDeclaration>,
  options: DeliveryOptions,
): Deliveries {
  const stopping = new AbortController()
  const underWay = new Set<Promise<void>>()

  const deliver = async (
    key: string,
    declaration: FunctionDeclaration,
    event: unknown,
    rule?: RuleDeclaration,
  ) => {
    const requestId = options.random.uuid()
    for (let attempt = 1; !stopping.signal.aborted; attempt += 1) {
      try {
        await options.invoke(key, event)
        return
      } catch (error) {
        // Stopped: nobody waits for this event any more. The pool throws FunctionErrors only; anything else is a bug
        // that must not pass for one.
        if (stopping.signal.aborted) return
        if (!(error instanceof FunctionError)) throw error
        if (error.unreachable) return sendUndelivered(declaration, event, rule, error, options)
        if (attempt > declaration.maximumRetryAttempts) {
          return sendFailed(declaration, event, attempt, requestId, error, options)
        }
        await options.clock.sleep(RETRY_STEP_MS * attempt, stopping.signal)
      }
    }
  }

  const invokeAsynchronously: Deliveries['invokeAsynchronously'] = (key, event, rule) => {
    const declaration = functions[key]
    if (!declaration) throw new Error(`There is no function ${key}`)
    const delivery: Promise<void> = deliver(key, declaration, event, rule)
      .catch(error => options.onLine(key, `An event could not be delivered: ${String(error)}`))
      .finally(() => underWay.delete(delivery))
    underWay.add(delivery)
  }

  return {
    invokeAsynchronously,
    route: event => {
      for (const [key, { rules }] of Object.entries(functions)) {
        for (const rule of rules)
          if (matchesPattern(rule.pattern, event)) invokeAsynchronously(key, event, rule)
      }
    },
    stop: async () => {
      stopping.abort()
      await Promise.all(underWay)
    },
  }
}

async function sendUndelivered(
  { arn }: FunctionDeclaration,
  event: unknown,
  rule: RuleDeclaration | undefined,
  error: FunctionError,
  { send }: DeliveryOptions,
): Promise<void> {
  if (rule?.deadLetterQueue === undefined) return
  const attributes = {
    ERROR_CODE: 'NO_RESOURCE',
    ERROR_MESSAGE: error.message,
    RULE_ARN: rule.arn,
    TARGET_ARN: arn,
  }
  await send(rule.deadLetterQueue, { body: JSON.stringify(event), attributes })
}

async function sendFailed(
  { arn, onFailureQueue }: FunctionDeclaration,
  event: unknown,
  attempts: number,
  requestId: string,
  { errorType, message, trace }: FunctionError,
  { clock, send }: DeliveryOptions,
): Promise<void> {
  if (onFailureQueue === undefined) return
  const record = {
    version: '1.0',
    timestamp: new Date(clock.now()).toISOString(),
    requestContext: {
      requestId,
      functionArn: `${arn}:$LATEST`,
      condition: 'RetriesExhausted',
      approximateInvokeCount: attempts,
    },
    requestPayload: event,
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: { errorType, errorMessage: message, trace },
  }
  await send(onFailureQueue, { body: JSON.stringify(record), attributes: {} })
}
