import { type Declaration, TemplateError } from './declaration.js'
import { type Mapping, readMapping, readOptionalMapping, readText } from './node-shape.js'
import { readQueue } from './read-queue.js'
import { readTable } from './read-table.js'
import { ACCOUNT_ID, type Names, resolveToText } from './resolve-intrinsics.js'

// What AWS needs and a loopback stack does not: rights, alarms, keys, log groups.
const NEEDS_NOTHING_LOCALLY =
  /^AWS::(IAM|KMS|Logs|CloudWatch|SNS)::|^AWS::SQS::QueuePolicy$|^AWS::Events::EventBusPolicy$|^AWS::Lambda::Permission$/

export type Resources = Pick<Declaration, 'queues' | 'table' | 'bus' | 'passedOver'> & { names: Names }

/** The queues, the one table and the one bus of the template; names first, since any of them may refer to another. */
export function readResources(
  nodes: Mapping,
  region: string,
  functionUrls: Record<string, string> = {},
): Resources {
  const names: Names = { region, resources: {}, functionUrls }
  const byType = new Map<string, string[]>()
  for (const [id, node] of Object.entries(nodes)) {
    const { Type } = readMapping(node, `resources.${id}`)
    const type = readText(Type, `resources.${id}.Type`)
    byType.set(type, [...(byType.get(type) ?? []), id])
    const named = nameResource(id, type, propertiesOf(nodes, id), names)
    if (named) names.resources[id] = named
  }
  const [tableId, busId] = [onlyOne(byType, 'AWS::DynamoDB::Table'), onlyOne(byType, 'AWS::Events::EventBus')]
  const bus = named(names, busId)
  return {
    names,
    queues: Object.fromEntries(
      (byType.get('AWS::SQS::Queue') ?? []).map(id => [id, readQueue(id, propertiesOf(nodes, id), names)]),
    ),
    table: readTable(tableId, propertiesOf(nodes, tableId), named(names, tableId)),
    bus: { logicalId: busId, ...bus },
    passedOver: [...byType].flatMap(([type, ids]) =>
      NEEDS_NOTHING_LOCALLY.test(type) ? ids.map(id => `${id} (${type})`) : [],
    ),
  }
}

function nameResource(id: string, type: string, properties: Mapping, names: Names) {
  const arn = (kind: string, rest: string) => `arn:aws:${kind}:${names.region}:${ACCOUNT_ID}:${rest}`
  const name = (key: string) => resolveToText(properties[key], names, `resources.${id}.Properties.${key}`)
  if (type === 'AWS::SQS::Queue') return { ref: undefined, arn: arn('sqs', name('QueueName')) }
  if (type === 'AWS::DynamoDB::Table')
    return { ref: name('TableName'), arn: arn('dynamodb', `table/${name('TableName')}`) }
  if (type === 'AWS::Events::EventBus')
    return { ref: name('Name'), arn: arn('events', `event-bus/${name('Name')}`) }
  if (NEEDS_NOTHING_LOCALLY.test(type)) return undefined
  throw new TemplateError(`resources.${id}: the type ${type} is not known to the embedded stack`)
}

const propertiesOf = (nodes: Mapping, id: string): Mapping =>
  readOptionalMapping(readMapping(nodes[id], `resources.${id}`)['Properties'], `resources.${id}.Properties`)

function named(names: Names, id: string): { name: string; arn: string } {
  const resource = names.resources[id]
  if (resource?.ref === undefined) throw new TemplateError(`resources.${id} has no name`)
  return { name: resource.ref, arn: resource.arn }
}

function onlyOne(byType: Map<string, string[]>, type: string): string {
  const [id, ...others] = byType.get(type) ?? []
  if (id === undefined)
    throw new TemplateError(`the template declares no ${type}; the embedded stack needs one`)
  if (others.length > 0)
    throw new TemplateError(`more than one ${type} (${others.join(', ')}): not known to the embedded stack`)
  return id
}
