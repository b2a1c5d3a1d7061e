import type { Expectation } from './diagnose.js'

/** A deployment of an unchanged template changes nothing: what was altered by hand is put back by hand. */
export function mendCommand(
  { kind, name, facts }: Pick<Expectation, 'kind' | 'name' | 'facts'>,
  fact: string,
  { stage, handle }: { stage: string; handle: string },
): string {
  const wanted = facts[fact] ?? ''
  const commands: Record<string, string> = {
    'queue source state': `aws lambda update-event-source-mapping --uuid ${handle} --enabled`,
    'rule state': `aws events enable-rule --event-bus-name payops-${stage} --name ${handle}`,
    'schedule state': `aws events enable-rule --name ${handle}`,
    'alarm actionsEnabled': `aws cloudwatch enable-alarm-actions --alarm-names ${handle}`,
    'table timeToLive': `aws dynamodb update-time-to-live --table-name ${name} --time-to-live-specification Enabled=true,AttributeName=${wanted}`,
    'table pointInTimeRecovery': `aws dynamodb update-continuous-backups --table-name ${name} --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true`,
    'table deletionProtection': `aws dynamodb update-table --table-name ${name} --deletion-protection-enabled`,
    'function mayRun': `aws lambda delete-function-concurrency --function-name ${name}`,
    'function state': `npx serverless deploy --stage ${stage}`,
    'function timeout': `aws lambda update-function-configuration --function-name ${name} --timeout ${wanted}`,
    'function memory': `aws lambda update-function-configuration --function-name ${name} --memory-size ${wanted}`,
  }
  const command = commands[`${kind} ${fact}`]
  if (command !== undefined) return command
  if (kind === 'queue' && settable.includes(fact))
    return `aws sqs set-queue-attributes --queue-url ${handle} --attributes ${fact}=${wanted}`
  return `aws cloudformation detect-stack-drift --stack-name payops-${stage}`
}

/** What SQS takes one by one; a redrive policy is JSON of two, and whether a queue is FIFO is decided when it is made. */
const settable = [
  'VisibilityTimeout',
  'MessageRetentionPeriod',
  'MaximumMessageSize',
  'SqsManagedSseEnabled',
  'DeduplicationScope',
  'FifoThroughputLimit',
]
