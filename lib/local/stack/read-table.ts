import { type TableDeclaration, TemplateError } from './declaration.js'
import {
  type Mapping,
  readList,
  readMapping,
  readOptionalMapping,
  readText,
  refuseUnknownKeys,
} from './node-shape.js'

const TABLE_PROPERTIES = [
  'AttributeDefinitions',
  'GlobalSecondaryIndexes',
  'KeySchema',
  'TableName',
  // Passed over: dynalite neither expires, encrypts nor backs up.
  'BillingMode',
  'DeletionProtectionEnabled',
  'PointInTimeRecoverySpecification',
  'SSESpecification',
  'Tags',
  'TimeToLiveSpecification',
]

/** The properties of an AWS::DynamoDB::Table to the part of CreateTable that decides how it answers. */
export function readTable(
  id: string,
  properties: Mapping,
  { name, arn }: { name: string; arn: string },
): TableDeclaration {
  const path = `resources.${id}.Properties`
  refuseUnknownKeys(properties, TABLE_PROPERTIES, path)
  const readKey = (node: unknown, at: string): TableDeclaration['key'] =>
    readList(node, at).map(item => {
      const part = readMapping(item, at)
      return {
        AttributeName: readText(part['AttributeName'], at),
        KeyType: readOneOf(part['KeyType'], ['HASH', 'RANGE'], at),
      }
    })
  return {
    name,
    arn,
    attributes: readList(properties['AttributeDefinitions'], `${path}.AttributeDefinitions`).map(item => {
      const attribute = readMapping(item, `${path}.AttributeDefinitions`)
      return {
        AttributeName: readText(attribute['AttributeName'], `${path}.AttributeDefinitions`),
        AttributeType: readOneOf(attribute['AttributeType'], ['S', 'N', 'B'], `${path}.AttributeDefinitions`),
      }
    }),
    key: readKey(properties['KeySchema'], `${path}.KeySchema`),
    indexes: readList(properties['GlobalSecondaryIndexes'] ?? [], `${path}.GlobalSecondaryIndexes`).map(
      (item, at) => {
        const indexPath = `${path}.GlobalSecondaryIndexes[${at}]`
        const index = readMapping(item, indexPath)
        const projection = readOptionalMapping(index['Projection'], `${indexPath}.Projection`)
        return {
          IndexName: readText(index['IndexName'], indexPath),
          KeySchema: readKey(index['KeySchema'], `${indexPath}.KeySchema`),
          Projection: {
            ProjectionType: readOneOf(
              projection['ProjectionType'],
              ['ALL', 'KEYS_ONLY'],
              `${indexPath}.Projection`,
            ),
          },
        }
      },
    ),
  }
}

function readOneOf<T extends string>(value: unknown, choices: readonly T[], path: string): T {
  const choice = choices.find(item => item === value)
  if (choice === undefined) throw new TemplateError(`${path}: one of ${choices.join(', ')} is expected`)
  return choice
}
