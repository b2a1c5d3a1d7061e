/** The part of DynamoDB's expression language that conditions use, read for real: a contender is refused what AWS would refuse. */

export type Attribute = Record<string, unknown>
export type Item = Record<string, Attribute>
export type Names = Record<string, string>
export type Values = Record<string, Attribute>

type Scope = { item: Item; names: Names; values: Values }
type Condition = (scope: Scope) => boolean
type Operand = (scope: Scope) => Attribute | undefined

const tokenPattern = /\s*(\(|\)|,|<>|<=|>=|=|<|>|[#:]?[A-Za-z_][\w.-]*)/y

const read = new Map<string, Condition>()

/** Whether the item, `{}` where there is none, meets the condition. */
export function meets(item: Item, condition: string | undefined, names: Names, values: Values): boolean {
  if (condition === undefined) return true
  const known = read.get(condition) ?? parse(condition)
  read.set(condition, known)
  return known({ item, names, values })
}

function parse(text: string): Condition {
  const tokens = split(text)
  let at = 0
  const peek = () => tokens[at]?.toUpperCase()
  const next = () => tokens[at++] ?? ''
  const expect = (token: string) => {
    if (next() !== token) throw new Error(`expected ${token} in the condition ${text}`)
  }
  const parseOr = (): Condition => {
    let left = parseAnd()
    while (peek() === 'OR') {
      next()
      const [before, after] = [left, parseAnd()]
      left = scope => before(scope) || after(scope)
    }
    return left
  }
  const parseAnd = (): Condition => {
    let left = parseNot()
    while (peek() === 'AND') {
      next()
      const [before, after] = [left, parseNot()]
      left = scope => before(scope) && after(scope)
    }
    return left
  }
  const parseNot = (): Condition => {
    if (peek() !== 'NOT') return parseLeaf()
    next()
    const inner = parseNot()
    return scope => !inner(scope)
  }
  const parseLeaf = (): Condition => {
    if (peek() === '(') {
      next()
      const inner = parseOr()
      expect(')')
      return inner
    }
    const name = next()
    if (peek() !== '(') return compare(toOperand(name), next(), toOperand(next()))
    expect('(')
    const attribute = toOperand(next())
    expect(')')
    if (name === 'attribute_exists') return scope => attribute(scope) !== undefined
    if (name === 'attribute_not_exists') return scope => attribute(scope) === undefined
    throw new Error(`the bench's DynamoDB does not know the function ${name}`)
  }
  const condition = parseOr()
  if (at !== tokens.length) throw new Error(`unread: ${tokens.slice(at).join(' ')} in the condition ${text}`)
  return condition
}

function split(text: string): string[] {
  const tokens: string[] = []
  tokenPattern.lastIndex = 0
  while (tokenPattern.lastIndex < text.trimEnd().length) {
    const match = tokenPattern.exec(text)
    if (match?.[1] === undefined) throw new Error(`unreadable condition ${text}`)
    tokens.push(match[1])
  }
  return tokens
}

const toOperand =
  (token: string): Operand =>
  ({ item, names, values }) =>
    token.startsWith(':') ? values[token] : item[token.startsWith('#') ? (names[token] ?? token) : token]

function compare(left: Operand, operator: string, right: Operand): Condition {
  const holds = comparisons[operator]
  if (holds === undefined) throw new Error(`the bench's DynamoDB does not know the operator ${operator}`)
  return scope => {
    const [one, other] = [left(scope), right(scope)]
    // An attribute that is not there compares with nothing.
    return one !== undefined && other !== undefined && holds(toPlain(one), toPlain(other))
  }
}

type Plain = string | number | boolean
const comparisons: Record<string, (one: Plain, other: Plain) => boolean> = {
  '=': (one, other) => one === other,
  '<>': (one, other) => one !== other,
  '<': (one, other) => one < other,
  '<=': (one, other) => one <= other,
  '>': (one, other) => one > other,
  '>=': (one, other) => one >= other,
}

function toPlain(attribute: Attribute): Plain {
  if (typeof attribute['N'] === 'string') return Number(attribute['N'])
  if (typeof attribute['S'] === 'string') return attribute['S']
  return JSON.stringify(attribute)
}
