import { ofType, type Rule, readList, readMapping, readReference, type Template } from './template.js'

const tableType = 'AWS::DynamoDB::Table'

const eachTable = (
  name: string,
  isAsWanted: (properties: Record<string, unknown>) => boolean,
  words: { property: string; problem: string; mend: string },
): Rule => ({
  name,
  find: template =>
    ofType(template, tableType)
      .filter(({ properties }) => !isAsWanted(properties))
      .map(({ id }) => ({ where: `${id}.${words.property}`, problem: words.problem, mend: words.mend })),
})

/**
 * Of the kinds that hold what a stranger must not read, and leave it to the template. Log groups, buses and environments are
 * not among them: AWS encrypts them with a key of its own and cannot be told not to.
 */
const encrypted: Record<string, (properties: Record<string, unknown>) => boolean> = {
  'AWS::SQS::Queue': ({ SqsManagedSseEnabled, KmsMasterKeyId }) =>
    SqsManagedSseEnabled === true || KmsMasterKeyId !== undefined,
  [tableType]: ({ SSESpecification }) => readMapping(SSESpecification)['SSEEnabled'] === true,
  'AWS::S3::Bucket': ({ BucketEncryption }) => BucketEncryption !== undefined,
}

/**
 * A topic needs no key where only alarms speak in it: they name metrics and no payment, and CloudWatch may not publish with
 * `alias/aws/sns`, so that a key would have to be one more of our own.
 */
function isOnlyForAlarms(template: Template, topic: string): boolean {
  const publishers = ofType(template, 'AWS::SNS::TopicPolicy')
    .filter(({ properties }) =>
      readList(properties['Topics']).some(entry => readReference(entry)?.id === topic),
    )
    .flatMap(({ properties }) => readList(readMapping(properties['PolicyDocument'])['Statement']))
    .map(statement => readMapping(readMapping(statement)['Principal'])['Service'])
  return publishers.length > 0 && publishers.every(service => service === 'cloudwatch.amazonaws.com')
}

export const storageRules: Rule[] = [
  {
    name: 'encryption',
    find: template => {
      const open = template.resources.filter(({ id, type, properties }) =>
        type === 'AWS::SNS::Topic'
          ? properties['KmsMasterKeyId'] === undefined && !isOnlyForAlarms(template, id)
          : encrypted[type]?.(properties) === false,
      )
      return open.map(({ id, type }) => ({
        where: id,
        problem: `this ${type} is not encrypted at rest`,
        mend: 'SqsManagedSseEnabled, SSESpecification, BucketEncryption, or KmsMasterKeyId of a topic',
      }))
    },
  },
  eachTable(
    'pointInTimeRecovery',
    ({ PointInTimeRecoverySpecification: spec }) => readMapping(spec)['PointInTimeRecoveryEnabled'] === true,
    {
      property: 'PointInTimeRecoverySpecification',
      problem: 'what a mistake overwrites in the ledger is gone: payments would be executed again',
      mend: 'PointInTimeRecoveryEnabled: true',
    },
  ),
  eachTable(
    'expiry',
    ({ TimeToLiveSpecification: spec }) =>
      readMapping(spec)['Enabled'] === true && readMapping(spec)['AttributeName'] === 'expiresAt',
    {
      property: 'TimeToLiveSpecification',
      problem: 'entries are kept for ever',
      mend: 'AttributeName: expiresAt, Enabled: true',
    },
  ),
  {
    name: 'retention',
    find: template =>
      ofType(template, tableType)
        .filter(({ isKept }) => !isKept)
        .map(({ id }) => ({
          where: id,
          problem: 'the ledger goes with the stack, or with a change that replaces it',
          mend: 'DeletionPolicy: Retain, UpdateReplacePolicy: Retain',
        })),
  },
  eachTable('deletionProtection', ({ DeletionProtectionEnabled: on }) => on === true, {
    property: 'DeletionProtectionEnabled',
    problem: 'the ledger can be deleted by one call',
    mend: 'DeletionProtectionEnabled: true',
  }),
  {
    name: 'logRetention',
    find: template =>
      ofType(template, 'AWS::Lambda::Function')
        .filter(({ properties: { FunctionName } }) => {
          const groups = ofType(template, 'AWS::Logs::LogGroup').filter(
            ({ properties: { LogGroupName } }) => LogGroupName === `/aws/lambda/${FunctionName}`,
          )
          return !groups.some(({ properties }) => typeof properties['RetentionInDays'] === 'number')
        })
        .map(({ id }) => ({
          where: id,
          problem: 'its logs are kept for ever',
          mend: 'logRetentionInDays of the provider or of the function',
        })),
  },
]
