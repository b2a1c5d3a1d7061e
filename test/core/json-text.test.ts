import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { writeJson } from '../../lib/core/json-text.js'

describe('writeJson', () => {
  it.each([
    ['lists', `${'['.repeat(50_000)}1${']'.repeat(50_000)}`],
    ['objects', `${'{"a":1,"b":'.repeat(50_000)}null${'}'.repeat(50_000)}`],
    ['a list of objects', `${'[1,{"é":'.repeat(20_000)}"\\u0000"${'},[]]'.repeat(20_000)}`],
  ])('gives %s of any depth back as they were written', (_, text) => {
    expect(writeJson(JSON.parse(text)) === text).toBe(true)
  })

  it('writes beneath a great depth what JSON.stringify writes on its own', () => {
    const [open, close] = ['['.repeat(20_000), ']'.repeat(20_000)]
    fc.assert(
      fc.property(fc.json(), json => {
        const text = JSON.stringify(JSON.parse(json))
        expect(writeJson(JSON.parse(`${open}${text}${close}`)) === `${open}${text}${close}`).toBe(true)
      }),
      { numRuns: 20 },
    )
  })

  it('writes nothing as null', () => {
    expect(writeJson(undefined)).toBe('null')
  })
})
