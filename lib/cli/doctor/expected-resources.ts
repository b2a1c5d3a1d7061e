import type { Expectation } from '../../core/diagnose.js'
import { expectedAlarms } from './expected-alarms.js'
import { expectFunctions, expectTriggers } from './expected-functions.js'

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
  ReceiveWebhookRole: 'a right that is missing shows in the log of the function',
  ResolveWebhookRole: 'a right that is missing shows in the log of the function',
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
    declaredAs: 'WebhookQueue',
    name: `payops-${stage}-webhooks.fifo`,
    // Its delay is a parameter of the deployment.
    facts: {
      ...fifo,
      MaximumMessageSize: '16384',
      VisibilityTimeout: '180',
      MessageRetentionPeriod: '864000',
      deadLetterQueue: `payops-${stage}-operations-dlq.fifo`,
      maxReceiveCount: '1000',
    },
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
