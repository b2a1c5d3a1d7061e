import type { Expectation } from '../../core/diagnose.js'
import { expectedAlarms } from './expected-alarms.js'

/**
 * The one list of what serverless.yml declares for a stage, as doctor looks for it. A test holds it against the template:
 * a resource that is neither here nor among `notLookedAt` fails it.
 */
export const expectResources = (stage: string): Expectation[] => [
  ...expectQueues(stage),
  {
    kind: 'table',
    declaredAs: 'LedgerTable',
    name: `payops-${stage}-ledger`,
    facts: {
      key: 'pk',
      'index byPayment': 'paymentKey requestedAt ALL',
      billing: 'PAY_PER_REQUEST',
      encryption: 'ENABLED',
      deletionProtection: 'true',
      timeToLive: 'expiresAt',
      pointInTimeRecovery: 'ENABLED',
    },
  },
  { kind: 'bus', declaredAs: 'EventBus', name: `payops-${stage}`, facts: {} },
  ...expectFunctions(stage),
  ...expectTriggers(stage),
  ...expectedAlarms(stage),
]

/** Declared, and not looked at; why, in the words that doctor prints. */
export const notLookedAt: Record<string, string> = {
  AlarmTopic: 'aws sns list-subscriptions-by-topic says who is told of an alarm',
  AlarmTopicPolicy: 'without it no alarm reaches its topic; its history in CloudWatch says so',
  AlarmSubscription: 'only made for an alarmEmail, and heard once its link was followed',
  Dashboard: 'nothing depends on it',
  PerformOperationsRole: 'a right that is missing shows in the log of the function',
  AcceptOperationRole: 'a right that is missing shows in the log of the function',
  ReconcilePaymentsRole: 'a right that is missing shows in the log of the function',
}

const fifo = {
  FifoQueue: 'true',
  DeduplicationScope: 'messageGroup',
  FifoThroughputLimit: 'perMessageGroupId',
  SqsManagedSseEnabled: 'true',
}

const expectQueues = (stage: string): Expectation[] => [
  {
    kind: 'queue',
    declaredAs: 'OperationsQueue',
    name: `payops-${stage}-operations.fifo`,
    facts: {
      ...fifo,
      MaximumMessageSize: '1044480',
      VisibilityTimeout: '180',
      MessageRetentionPeriod: '864000',
      deadLetterQueue: `payops-${stage}-operations-dlq.fifo`,
      maxReceiveCount: '1000',
    },
  },
  {
    kind: 'queue',
    declaredAs: 'OperationsDeadLetterQueue',
    name: `payops-${stage}-operations-dlq.fifo`,
    facts: { ...fifo, MessageRetentionPeriod: '1209600' },
  },
  {
    kind: 'queue',
    declaredAs: 'EventsDeadLetterQueue',
    name: `payops-${stage}-events-dlq`,
    facts: { SqsManagedSseEnabled: 'true', MessageRetentionPeriod: '1209600' },
  },
  {
    kind: 'queue policy',
    declaredAs: 'EventsDeadLetterQueuePolicy',
    name: `payops-${stage}-events-dlq`,
    // Without it EventBridge drops what it cannot deliver.
    facts: { maySend: 'events.amazonaws.com' },
  },
]

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

const expectFunctions = (stage: string): Expectation[] => [
  expectFunction(stage, 'performOperations', 'perform-operations', { timeout: '30' }),
  expectFunction(stage, 'acceptOperation', 'accept-operation', {
    timeout: '15',
    retries: '2',
    onFailure: `payops-${stage}-events-dlq`,
  }),
  expectFunction(stage, 'reconcilePayments', 'reconcile-payments', { timeout: '900' }),
]

const expectTriggers = (stage: string): Expectation[] => [
  {
    kind: 'queue source',
    declaredAs: 'performOperations.sqs',
    name: `payops-${stage}-performOperations`,
    facts: {
      state: 'Enabled',
      queue: `payops-${stage}-operations.fifo`,
      batchSize: '10',
      functionResponseTypes: 'ReportBatchItemFailures',
    },
  },
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
