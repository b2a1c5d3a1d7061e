import { type Item, meets, type Names, type Values } from './expressions.js'
import { itemSize, readUnits, writeUnits } from './item-size.js'
import { updateItem } from './update-item.js'

/**
 * DynamoDB in memory, for the bench: dynalite would be slower than what is measured. Conditions and updates are carried out
 * for real, and the units of each call counted as AWS bills them; nothing is paged, throttled or checked beyond that.
 */
export type Tables = {
  /** The answer's body; a refused condition is an answer too. */
  ask(action: string, input: unknown): { status: number; body: unknown }
  takeUnits(): { read: number; write: number }
  clear(): void
}

/** `key` is the partition key; `index` the partition key of an index that projects everything. */
type Table = { key: string; index?: string; items: Map<string, Item> }

type Expressions = { ExpressionAttributeNames?: Names; ExpressionAttributeValues?: Values }
type Input = Expressions & {
  TableName: string
  Item: Item
  Key: Item
  ConditionExpression?: string
  UpdateExpression?: string
  ConsistentRead?: boolean
  RequestItems: Record<string, { Keys: Item[]; ConsistentRead?: boolean }>
}

export function createTables(declared: Record<string, { key: string; index?: string }>): Tables {
  const tables = new Map<string, Table>(
    Object.entries(declared).map(([name, table]) => [name, { ...table, items: new Map() }]),
  )
  let units = { read: 0, write: 0 }
  const find = (name: string): Table => {
    const table = tables.get(name)
    if (table === undefined) throw new Error(`the bench has no table ${name}`)
    return table
  }
  const keyOf = (table: Table, item: Item): string => String(item[table.key]?.['S'])
  const read = (table: Table, key: Item, isConsistent: boolean): Item | undefined => {
    const item = table.items.get(keyOf(table, key))
    units.read += readUnits(item === undefined ? 0 : itemSize(item), isConsistent)
    return item
  }
  const countWrite = (table: Table, before: Item | undefined, after: Item | undefined) => {
    const bytes = Math.max(before ? itemSize(before) : 0, after ? itemSize(after) : 0)
    const isIndexed = table.index !== undefined && (after ?? before)?.[table.index] !== undefined
    units.write += writeUnits(bytes) * (isIndexed ? 2 : 1)
  }
  /** Writes under the condition of the input; `make` says what, `undefined` means deleted. */
  const write = (input: Input, key: Item, make: (before: Item) => Item | undefined) => {
    const table = find(input.TableName)
    const before = table.items.get(keyOf(table, key))
    const { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} } = input
    if (!meets(before ?? {}, input.ConditionExpression, names, values)) {
      countWrite(table, before, undefined)
      return { status: 400, body: refusal(before) }
    }
    const after = make(before ?? key)
    countWrite(table, before, after)
    if (after === undefined) table.items.delete(keyOf(table, key))
    else table.items.set(keyOf(table, key), after)
    return { status: 200, body: {} }
  }
  const actions: Record<string, (input: Input) => { status: number; body: unknown }> = {
    PutItem: input => write(input, input.Item, () => input.Item),
    DeleteItem: input => write(input, input.Key, () => undefined),
    UpdateItem: input => {
      const { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} } = input
      return write(input, input.Key, item => updateItem(item, input.UpdateExpression ?? '', names, values))
    },
    GetItem: input => {
      const Item = read(find(input.TableName), input.Key, input.ConsistentRead === true)
      return { status: 200, body: Item === undefined ? {} : { Item } }
    },
    BatchGetItem: input => {
      const found = Object.entries(input.RequestItems).map(([name, { Keys, ConsistentRead }]) => [
        name,
        Keys.flatMap(key => read(find(name), key, ConsistentRead === true) ?? []),
      ])
      return { status: 200, body: { Responses: Object.fromEntries(found), UnprocessedKeys: {} } }
    },
  }
  return {
    ask: (action, input) => {
      const act = actions[action]
      if (act === undefined) throw new Error(`the bench's DynamoDB does not know ${action}`)
      return act(input as Input)
    },
    takeUnits: () => {
      const taken = units
      units = { read: 0, write: 0 }
      return taken
    },
    clear: () => {
      for (const { items } of tables.values()) items.clear()
    },
  }
}

const refusal = (found: Item | undefined) => ({
  __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException',
  message: 'The conditional request failed',
  ...(found !== undefined && { Item: found }),
})
