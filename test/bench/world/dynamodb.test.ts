import { describe, expect, it } from '@jest/globals'
import { createTables, type Tables } from './dynamodb.js'

const TableName = 'ledger'
const aTable = (): Tables => createTables({ [TableName]: { key: 'pk', index: 'paymentKey' } })
const put = (tables: Tables, input: object) => tables.ask('PutItem', { TableName, ...input }).status
const item = { pk: { S: 'a' }, rev: { N: '9' } }

describe('PutItem', () => {
  it('refuses a key that is taken and hands out what is there', () => {
    const tables = aTable()
    const claim = { Item: item, ConditionExpression: 'attribute_not_exists(pk)' }
    expect(put(tables, claim)).toBe(200)
    const refused = tables.ask('PutItem', { TableName, ...claim })
    expect(refused).toMatchObject({ status: 400, body: { Item: item } })
  })

  it.each([
    { condition: 'rev = :nine', status: 200 },
    { condition: 'rev = :ten', status: 400 },
    { condition: 'rev < :ten', status: 200 },
    { condition: 'missing = :nine', status: 400 },
    {
      condition: 'attribute_not_exists(#p) OR rev < :nine OR (rev = :nine AND attribute_exists(rev))',
      status: 200,
    },
    {
      condition: 'attribute_not_exists(#p) OR rev < :nine OR (rev = :ten AND attribute_exists(rev))',
      status: 400,
    },
    { condition: 'NOT rev = :ten', status: 200 },
  ])('answers $status when $condition', ({ condition, status }) => {
    const tables = aTable()
    put(tables, { Item: item })
    const next = {
      Item: item,
      ConditionExpression: condition,
      ...(condition.includes('#p') && { ExpressionAttributeNames: { '#p': 'pk' } }),
      ExpressionAttributeValues: { ':nine': { N: '9' }, ':ten': { N: '10' } },
    }
    expect(put(tables, next)).toBe(status)
  })

  it('costs a unit a KiB begun, twice where the index holds the item too', () => {
    const tables = aTable()
    put(tables, { Item: item })
    put(tables, { Item: { ...item, text: { S: 'x'.repeat(1_100) } } })
    put(tables, { Item: { pk: { S: 'b' }, paymentKey: { S: 'p' } } })
    expect(tables.takeUnits()).toEqual({ read: 0, write: 1 + 2 + 2 })
  })
})

describe('UpdateItem', () => {
  it('sets attributes by name, and makes the item where there is none', () => {
    const tables = aTable()
    tables.ask('UpdateItem', {
      TableName,
      Key: { pk: { S: 'a' } },
      UpdateExpression: 'SET #s = :s, rev = :r',
      ExpressionAttributeNames: { '#s': 'status' },
      ExpressionAttributeValues: { ':s': { S: 'COMPLETED' }, ':r': { N: '2' } },
    })
    const { body } = tables.ask('GetItem', { TableName, Key: { pk: { S: 'a' } } })
    expect(body).toEqual({ Item: { pk: { S: 'a' }, status: { S: 'COMPLETED' }, rev: { N: '2' } } })
  })
})
