import { type Break, breaksOf } from './break.js'

/** For each rule about queues, dead letters and what is stored. */

const mapping = 'PerformOperationsEventSourceMappingSQSOperationsQueue.Properties'
const queue = 'OperationsQueue.Properties'
const eventsQueue = 'EventsDeadLetterQueue.Properties'
const deadLetters = 'OperationsDeadLetterQueue.Properties'
const ruleTarget = 'PayopsdevacceptOperationrule1EventBridgeRule.Properties.Targets.0'
const destination = 'AcceptOperationLambdaEvConf.Properties'
const acceptRole = 'AcceptOperationRole.Properties'
const acceptRights = `${acceptRole}.Policies.0.PolicyDocument.Statement`
const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] })

export const brokenResources: Break[] = [
  ...breaksOf('presence', {
    'queues that feed nobody': {
      PerformOperationsEventSourceMappingSQSOperationsQueue: undefined,
      ResolveWebhookEventSourceMappingSQSWebhookQueue: undefined,
    },
  }),
  ...breaksOf('sourceKnown', {
    'a queue by a written ARN': {
      [`${mapping}.EventSourceArn`]: 'arn:aws:sqs:us-east-1:123456789012:payops-dev-operations.fifo',
    },
  }),
  ...breaksOf('fifoBatch', { 'eleven messages': { [`${mapping}.BatchSize`]: 11 } }),
  ...breaksOf('partialAnswers', { 'no answer read': { [`${mapping}.FunctionResponseTypes`]: undefined } }),
  ...breaksOf('visibility', {
    'a batching window': { [`${mapping}.MaximumBatchingWindowInSeconds`]: 1 },
    'a second short of six time-outs': { [`${queue}.VisibilityTimeout`]: 179 },
    'a time-out a second longer': { 'PerformOperationsLambdaFunction.Properties.Timeout': 31 },
  }),
  ...breaksOf('receives', {
    'five hundred receives': { [`${queue}.RedrivePolicy.maxReceiveCount`]: 500 },
    'no count at all': { [`${queue}.RedrivePolicy.maxReceiveCount`]: undefined },
  }),
  ...breaksOf('concurrency', {
    'one container': { [`${mapping}.ScalingConfig.MaximumConcurrency`]: 1 },
    'no limit': { [`${mapping}.ScalingConfig`]: undefined },
    'fewer containers reserved than the pollers feed': {
      'PerformOperationsLambdaFunction.Properties.ReservedConcurrentExecutions': 4,
    },
  }),
  ...breaksOf('deadLetterQueue', {
    'a redrive to a written ARN': {
      [`${queue}.RedrivePolicy.deadLetterTargetArn`]: 'arn:aws:sqs:us-east-1:123456789012:dead.fifo',
    },
    'an event rule to a written ARN': {
      [`${ruleTarget}.DeadLetterConfig.Arn`]: 'arn:aws:sqs:us-east-1:123456789012:dead',
    },
  }),
  ...breaksOf('deadLetterType', {
    'a standard queue for a FIFO queue': {
      [`${queue}.RedrivePolicy.deadLetterTargetArn`]: arnOf('EventsDeadLetterQueue'),
    },
    'a FIFO queue for a rule': { [`${ruleTarget}.DeadLetterConfig.Arn`]: arnOf('OperationsDeadLetterQueue') },
    'a FIFO queue for a failed call': {
      [`${destination}.DestinationConfig.OnFailure.Destination`]: arnOf('OperationsDeadLetterQueue'),
      [`${acceptRights}.1.Resource`]: [arnOf('OperationsQueue'), arnOf('OperationsDeadLetterQueue')],
    },
  }),
  ...breaksOf('deadLetterRetention', {
    'as long as its source': { [`${queue}.MessageRetentionPeriod`]: 1_209_600 },
    'what SQS takes by itself, of a queue of ten days': {
      [`${deadLetters}.MessageRetentionPeriod`]: undefined,
    },
    'as long as a rule tries': { [`${eventsQueue}.MessageRetentionPeriod`]: 86_400 },
  }),
  ...breaksOf('deadLetterAlarm', {
    'an alarm on nothing': { DeadLettersAlarm: undefined },
    'an alarm that tells nobody': { 'EventDeadLettersAlarm.Properties.AlarmActions': [] },
    'an alarm that is switched off': { 'EventDeadLettersAlarm.Properties.ActionsEnabled': false },
    'an alarm on a number of our own': { 'DeadLettersAlarm.Properties.Namespace': 'payops' },
    'an alarm at the second letter': { 'DeadLettersAlarm.Properties.Threshold': 1 },
  }),
  ...breaksOf('deadLetterSize', {
    'as large as SQS takes': { [`${queue}.MaximumMessageSize`]: undefined },
    'a dead-letter queue for small ones': { [`${deadLetters}.MaximumMessageSize`]: 262_144 },
  }),
  ...breaksOf('encryption', {
    'an open queue': { [`${deadLetters}.SqsManagedSseEnabled`]: false },
    'an open table': { 'LedgerTable.Properties.SSESpecification': undefined },
    'an open bucket': { 'ServerlessDeploymentBucket.Properties.BucketEncryption': undefined },
    'an open topic for others than alarms': {
      'AlarmTopicPolicy.Properties.PolicyDocument.Statement.0.Principal': { Service: 'events.amazonaws.com' },
    },
  }),
  ...breaksOf('pointInTimeRecovery', {
    'no recovery': { 'LedgerTable.Properties.PointInTimeRecoverySpecification': undefined },
  }),
  ...breaksOf('expiry', {
    'no TTL': { 'LedgerTable.Properties.TimeToLiveSpecification.Enabled': false },
    'a TTL by another attribute': { 'LedgerTable.Properties.TimeToLiveSpecification.AttributeName': 'ttl' },
  }),
  ...breaksOf('retention', {
    'a table that goes with the stack': { 'LedgerTable.DeletionPolicy': undefined },
    'a table that goes when it is replaced': { 'LedgerTable.UpdateReplacePolicy': 'Delete' },
  }),
  ...breaksOf('deletionProtection', {
    'no protection': { 'LedgerTable.Properties.DeletionProtectionEnabled': undefined },
  }),
  ...breaksOf('logRetention', {
    'logs for ever': { 'AcceptOperationLogGroup.Properties.RetentionInDays': undefined },
    'no log group': { ReconcilePaymentsLogGroup: undefined },
  }),
]
