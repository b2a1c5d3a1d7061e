/** As much of CloudWatch's metric math as our alarms use; a word that it does not know is an error. */
const grammar = /\s*(?:(\d+)|(FILL|IF|AND|OR)\b|([a-z]\w*)|(>=|==|>|[-+(),]))/iy

type Token = { number?: string; word?: string; id?: string; sign?: string }

/** `read` gives the period's value of a metric; undefined: it has none. */
export function evaluateMath(expression: string, read: (id: string) => number | undefined): number {
  const tokens = tokenize(expression)
  const take = (sign: string): void => {
    const token = tokens.shift()
    if (token?.sign !== sign) throw new Error(`"${sign}" is missing in ${expression}`)
  }
  const isNext = (...texts: string[]): string | undefined => {
    const { sign, word } = tokens[0] ?? {}
    const text = sign ?? word ?? ''
    if (!texts.includes(text)) return undefined
    tokens.shift()
    return text
  }
  const list = (): number[] => {
    take('(')
    const values = [either()]
    while (isNext(',') !== undefined) values.push(either())
    take(')')
    return values
  }
  const atom = (): number => {
    const token = tokens.shift()
    if (token?.number !== undefined) return Number(token.number)
    if (token?.id !== undefined) return read(token.id) ?? Number.NaN
    if (token?.sign === '(') {
      const value = either()
      take(')')
      return value
    }
    if (token?.word !== 'FILL' && token?.word !== 'IF') throw new Error(`cannot read ${expression}`)
    const [first = Number.NaN, second = Number.NaN, third = Number.NaN] = list()
    if (token.word === 'IF') return first !== 0 ? second : third
    return Number.isNaN(first) ? second : first
  }
  const sum = (): number => {
    let value = atom()
    while (isNext('+') !== undefined) value += atom()
    return value
  }
  const comparison = (): number => {
    const left = sum()
    const sign = isNext('>', '>=', '==')
    if (sign === undefined) return left
    const right = sum()
    return Number(sign === '>' ? left > right : sign === '>=' ? left >= right : left === right)
  }
  const both = (): number => {
    let value = comparison()
    while (isNext('AND') !== undefined) value = Number([value, comparison()].every(part => part !== 0))
    return value
  }
  const either = (): number => {
    let value = both()
    while (isNext('OR') !== undefined) value = Number([value, both()].some(part => part !== 0))
    return value
  }
  const value = either()
  if (tokens.length > 0) throw new Error(`cannot read the end of ${expression}`)
  return value
}

function tokenize(expression: string): Token[] {
  const tokens: Token[] = []
  grammar.lastIndex = 0
  while (grammar.lastIndex < expression.trimEnd().length) {
    const at = grammar.lastIndex
    const match = grammar.exec(expression)
    if (match === null) throw new Error(`cannot read ${expression.slice(at)}`)
    const [, number, word, id, sign] = match
    tokens.push({
      ...(number !== undefined && { number }),
      ...(word !== undefined && { word: word.toUpperCase() }),
      ...(id !== undefined && { id }),
      ...(sign !== undefined && { sign }),
    })
  }
  return tokens
}
