import type { OutcomeSeen } from './outcome-seen.js'

export type WatchOptions = {
  env: Record<string, string>
  /** What the functions are told beside that: `npx payops` needs the same. */
  environment: Record<string, string>
  tableName: string
  queueUrls: Record<string, string>
  /** By key of the function. */
  functionUrls: Record<string, string>
  eventBusName: string
  signal: AbortSignal
  print(line: string): void
  onOutcome(listener: (outcome: OutcomeSeen) => void): void
}

/** Stays up until Ctrl-C: says where all is, so that the AWS CLI can speak to it, and prints outcomes as they come. */
export async function watchRun(options: WatchOptions): Promise<void> {
  const { queueUrls, eventBusName, signal, print, onOutcome } = options
  print('')
  print('Up. To speak to it with the AWS CLI or npx payops, paste this into another terminal:')
  for (const [name, value] of Object.entries(shellVariables(options))) print(`export ${name}=${value}`)
  print('')
  for (const [queue, url] of Object.entries(queueUrls)) print(`${queue}: ${url}`)
  print(`EventBus: ${eventBusName}`)
  print('')
  print('An ERP’s day to send, and what each part of it means: examples/erp-sync/README.md')
  print('Outcomes are printed as they come; failures lie in the dead-letter queues. Ctrl-C ends it.')
  onOutcome(outcome => print(describeOutcome(outcome)))
  if (signal.aborted) return
  await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
}

function shellVariables(options: WatchOptions): Record<string, string> {
  const { env, environment, queueUrls, functionUrls, tableName, eventBusName } = options
  const { AWS_REGION: region } = env
  const {
    OperationsQueue: operations,
    OperationsDeadLetterQueue: deadLetters,
    EventsDeadLetterQueue: eventLetters,
    WebhookQueue: webhooks,
  } = queueUrls
  const { receiveWebhook: webhookUrl } = functionUrls
  return {
    ...env,
    // Version 1 of the AWS CLI reads the region from this name only.
    ...(region !== undefined && { AWS_DEFAULT_REGION: region }),
    ...(operations !== undefined && { OPERATIONS_QUEUE_URL: operations }),
    ...(deadLetters !== undefined && { DEAD_LETTER_QUEUE_URL: deadLetters }),
    ...(eventLetters !== undefined && { EVENTS_DEAD_LETTER_QUEUE_URL: eventLetters }),
    ...(webhooks !== undefined && { WEBHOOK_QUEUE_URL: webhooks }),
    ...(webhookUrl !== undefined && { WEBHOOK_URL: webhookUrl }),
    LEDGER_TABLE_NAME: tableName,
    EVENT_BUS_NAME: eventBusName,
    ...environment,
  }
}

function describeOutcome({ status, storeHash, requestId, paymentId, effect, error }: OutcomeSeen): string {
  const payment = paymentId === undefined ? '' : ` payment ${paymentId}`
  const end = error === undefined ? effect : `${error.code}: ${error.message}`
  return `${status.padEnd(9)} ${storeHash} ${requestId}${payment} ${end}`
}
