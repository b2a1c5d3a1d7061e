import type { Expectation } from '../../core/diagnose.js'

const expectFunction = (
  stage: string,
  key: string,
  file: string,
  facts: Record<string, string>,
): Expectation => ({
  kind: 'function',
  declaredAs: key,
  name: `payops-${stage}-${key}`,
  facts: {
    runtime: 'nodejs24.x',
    handler: `dist/functions/${file}.handler`,
    memory: '512',
    state: 'Active',
    mayRun: 'true',
    ...facts,
  },
})

/** The functions, by their keys. */
export const expectFunctions = (stage: string): Expectation[] => [
  expectFunction(stage, 'performOperations', 'perform-operations', { timeout: '30' }),
  expectFunction(stage, 'acceptOperation', 'accept-operation', {
    timeout: '15',
    retries: '2',
    onFailure: `payops-${stage}-events-dlq`,
  }),
  expectFunction(stage, 'reconcilePayments', 'reconcile-payments', { timeout: '900' }),
  expectFunction(stage, 'receiveWebhook', 'receive-webhook', { timeout: '10' }),
  expectFunction(stage, 'resolveWebhook', 'resolve-webhook', { timeout: '30' }),
]

const expectQueueSource = (stage: string, key: string, queue: string): Expectation => ({
  kind: 'queue source',
  declaredAs: `${key}.sqs`,
  name: `payops-${stage}-${key}`,
  facts: {
    state: 'Enabled',
    queue: `payops-${stage}-${queue}`,
    batchSize: '10',
    functionResponseTypes: 'ReportBatchItemFailures',
  },
})

/** What calls the functions by itself. */
export const expectTriggers = (stage: string): Expectation[] => [
  expectQueueSource(stage, 'performOperations', 'operations.fifo'),
  expectQueueSource(stage, 'resolveWebhook', 'webhooks.fifo'),
  {
    kind: 'rule',
    declaredAs: 'acceptOperation.eventBridge',
    name: `payops-${stage}-acceptOperation`,
    facts: {
      state: 'ENABLED',
      pattern: '{"detail-type":["Payment Operation Requested"],"source":[{"anything-but":"payops"}]}',
      deadLetterQueue: `payops-${stage}-events-dlq`,
    },
  },
  {
    kind: 'schedule',
    declaredAs: 'reconcilePayments.schedule',
    name: `payops-${stage}-reconcilePayments`,
    facts: { state: 'ENABLED' },
  },
]
