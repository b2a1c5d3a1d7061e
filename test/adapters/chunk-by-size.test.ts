import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import { chunkBySize } from '../../lib/adapters/chunk-by-size.js'

const size = (text: string): number => text.length

describe('chunkBySize', () => {
  it.each([
    [[], []],
    [['a'], [['a']]],
    [
      ['a', 'b', 'c', 'd'],
      [['a', 'b', 'c'], ['d']],
    ],
    [
      ['aaaa', 'bbbb', 'cc'],
      [['aaaa'], ['bbbb', 'cc']],
    ],
    [['aaa', 'bbb'], [['aaa', 'bbb']]],
    [
      ['a', 'too large', 'b'],
      [['a'], ['too large'], ['b']],
    ],
  ])('splits %j into %j by 3 items and 6 bytes', (items, chunks) => {
    expect(chunkBySize(items, size, { count: 3, bytes: 6 })).toEqual(chunks)
  })

  it('keeps every item, in order, and no chunk above a limit but one of a single item', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 12 })), items => {
        const chunks = chunkBySize(items, size, { count: 4, bytes: 10 })
        expect(chunks.flat()).toEqual(items)
        for (const chunk of chunks) {
          expect(chunk.length).toBeGreaterThan(0)
          expect(chunk.length).toBeLessThanOrEqual(4)
          if (chunk.length > 1) expect(chunk.join('').length).toBeLessThanOrEqual(10)
        }
      }),
    )
  })
})
