import { readFileSync } from 'node:fs'
import { parse, type ScalarTag } from 'yaml'

/** What serverless.yml says of one thing, in the words that doctor uses. */
export type Declared = { kind: string; name: string; facts: Record<string, string> }

/** `!Ref X`, `!GetAtt X.Arn` and `!Sub text` to the text behind the tag. */
const tags = ['!Ref', '!GetAtt', '!Sub', '!Equals', '!Not'].map(
  (tag): ScalarTag => ({ tag, resolve: text => text }),
)

/** What stands at a path of the document; undefined where it does not go that far. */
const at = (node: unknown, ...path: string[]): unknown =>
  path.reduce(
    (value, key) => (typeof value === 'object' && value ? Reflect.get(value, key) : undefined),
    node,
  )
const list = (node: unknown): unknown[] => (Array.isArray(node) ? node : [])
const entriesOf = (node: unknown): [string, unknown][] =>
  typeof node === 'object' && node ? Object.entries(node) : []
const texts = (facts: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(facts).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  )

type NameOf = (reference: unknown) => string | undefined

/** By logical id, function key, or `<key>.<kind of event>`; what doctor cannot compare has no facts. */
export function readDeclared(stage: string): Map<string, Declared> {
  const text = readFileSync('serverless.yml', 'utf8').replaceAll(/\$\{(sls|opt):stage[^}]*\}/g, stage)
  const document: unknown = parse(text, { customTags: tags, merge: true, logLevel: 'error' })
  const resources = at(document, 'resources', 'Resources')
  const nameOf: NameOf = reference => {
    if (reference === undefined) return undefined
    const [id = ''] = String(reference).split('.')
    return String(at(resources, id, 'Properties', 'QueueName'))
  }
  const declared = new Map<string, Declared>()
  for (const [id, node] of entriesOf(resources))
    declared.set(id, readResource(String(at(node, 'Type')), at(node, 'Properties'), nameOf))
  for (const [key, node] of entriesOf(at(document, 'functions'))) {
    const name = `payops-${stage}-${key}`
    declared.set(key, { kind: 'function', name, facts: readFunction(node, at(document, 'provider'), nameOf) })
    for (const [kind, trigger] of list(at(node, 'events')).flatMap(entriesOf))
      declared.set(`${key}.${kind}`, { name, ...readTrigger(kind, trigger, nameOf) })
  }
  return declared
}

const readFunction = (node: unknown, provider: unknown, nameOf: NameOf): Record<string, string> =>
  texts({
    runtime: at(provider, 'runtime'),
    handler: at(node, 'handler'),
    memory: at(node, 'memorySize') ?? at(provider, 'memorySize'),
    timeout: at(node, 'timeout'),
    state: 'Active',
    mayRun: at(node, 'reservedConcurrency') !== 0,
    retries: at(node, 'maximumRetryAttempts'),
    onFailure: nameOf(at(node, 'destinations', 'onFailure', 'arn')),
  })

function readResource(type: string, properties: unknown, nameOf: NameOf): Declared {
  const named = (kind: string, key: string, facts: Record<string, string>) => ({
    kind,
    name: String(at(properties, key)),
    facts,
  })
  switch (type) {
    case 'AWS::SQS::Queue': {
      // What the deployment may set anew is nothing that could be compared.
      const own = entriesOf(properties).filter(
        ([key, value]) => key !== 'QueueName' && key !== 'RedrivePolicy' && !String(value).includes('param:'),
      )
      const deadLetterQueue = nameOf(at(properties, 'RedrivePolicy', 'deadLetterTargetArn'))
      const maxReceiveCount = at(properties, 'RedrivePolicy', 'maxReceiveCount')
      return named(
        'queue',
        'QueueName',
        texts({ ...Object.fromEntries(own), deadLetterQueue, maxReceiveCount }),
      )
    }
    case 'AWS::SQS::QueuePolicy': {
      const statement = at(properties, 'PolicyDocument', 'Statement', '0')
      const facts = texts({ maySend: at(statement, 'Principal', 'Service') })
      return { kind: 'queue policy', name: nameOf(at(properties, 'Queues', '0')) ?? '', facts }
    }
    case 'AWS::DynamoDB::Table':
      return named('table', 'TableName', readTable(properties))
    case 'AWS::Events::EventBus':
      return named('bus', 'Name', {})
    case 'AWS::CloudWatch::Alarm': {
      const actionsEnabled = at(properties, 'ActionsEnabled') ?? true
      const notifies = list(at(properties, 'AlarmActions')).length > 0
      return named('alarm', 'AlarmName', texts({ actionsEnabled, notifies }))
    }
    default:
      return { kind: type, name: '', facts: {} }
  }
}

function readTable(properties: unknown): Record<string, string> {
  const names = (schema: unknown) =>
    list(schema)
      .map(part => at(part, 'AttributeName'))
      .join(' ')
  const onOrOff = (isOn: unknown) => (isOn === true ? 'ENABLED' : 'off')
  const indexes = list(at(properties, 'GlobalSecondaryIndexes')).map(index => [
    `index ${at(index, 'IndexName')}`,
    `${names(at(index, 'KeySchema'))} ${at(index, 'Projection', 'ProjectionType')}`,
  ])
  const backups = at(properties, 'PointInTimeRecoverySpecification', 'PointInTimeRecoveryEnabled')
  return texts({
    key: names(at(properties, 'KeySchema')),
    ...Object.fromEntries(indexes),
    billing: at(properties, 'BillingMode'),
    encryption: onOrOff(at(properties, 'SSESpecification', 'SSEEnabled')),
    deletionProtection: at(properties, 'DeletionProtectionEnabled'),
    timeToLive: at(properties, 'TimeToLiveSpecification', 'AttributeName'),
    pointInTimeRecovery: onOrOff(backups),
  })
}

function readTrigger(kind: string, trigger: unknown, nameOf: NameOf): Omit<Declared, 'name'> {
  if (kind === 'schedule') return { kind, facts: { state: 'ENABLED' } }
  if (kind === 'eventBridge') {
    const pattern = JSON.stringify(at(trigger, 'pattern'))
    const deadLetterQueue = nameOf(at(trigger, 'deadLetterQueueArn'))
    return { kind: 'rule', facts: texts({ state: 'ENABLED', pattern, deadLetterQueue }) }
  }
  if (kind !== 'sqs') return { kind, facts: {} }
  const facts = texts({
    state: 'Enabled',
    queue: nameOf(at(trigger, 'arn')),
    batchSize: at(trigger, 'batchSize'),
    functionResponseTypes: at(trigger, 'functionResponseType'),
  })
  return { kind: 'queue source', facts }
}
