import type { Attribute, Item, Names, Values } from './expressions.js'

/** `SET a = :a, #b = :b`, `ADD set :members`, `DELETE set :members`: what the contenders write. */
export function updateItem(item: Item, expression: string, names: Names, values: Values): Item {
  const [verb = '', ...rest] = expression.trim().split(/\s+/)
  const changed = { ...item }
  for (const change of rest.join(' ').split(',')) {
    const [token = '', valueToken = ''] = change.split(verb === 'SET' ? '=' : ' ').map(part => part.trim())
    const name = names[token] ?? token
    const value = values[valueToken]
    if (value === undefined)
      throw new Error(`the bench's DynamoDB cannot read the update expression ${expression}`)
    const next = verb === 'SET' ? value : changeSet(changed[name], verb, value)
    if (next === undefined) delete changed[name]
    else changed[name] = next
  }
  return changed
}

/** A set that loses its last member is gone, as in DynamoDB. */
function changeSet(set: Attribute | undefined, verb: string, change: Attribute): Attribute | undefined {
  const members = new Set(Array.isArray(set?.['SS']) ? set['SS'] : [])
  for (const member of Array.isArray(change['SS']) ? change['SS'] : []) {
    if (verb === 'ADD') members.add(member)
    else if (verb === 'DELETE') members.delete(member)
    else throw new Error(`the bench's DynamoDB does not know the update verb ${verb}`)
  }
  return members.size === 0 ? undefined : { SS: [...members] }
}
