import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { decodeIds, encodeIds } from '../../../lib/core/reconcile/sweep.js'

describe('encodeIds', () => {
  it('keeps every id, once and in order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })), ids => {
        expect(decodeIds(encodeIds(ids))).toEqual([...new Set(ids)].sort((a, b) => a - b))
      }),
    )
  })

  it('writes a page of neighbours in two characters each', () => {
    const ids = Array.from({ length: 249 }, (_, at) => 10_000 + at)
    expect(encodeIds(ids).length).toBeLessThan(2 * 249 + 4)
  })
})
