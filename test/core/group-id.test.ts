import { describe, expect, it } from '@jest/globals'
import { toGroupId } from '../../lib/core/group-id.js'

describe('toGroupId', () => {
  it.each([
    ['abc:117', 'abc:117'],
    [`abc:${'x'.repeat(124)}`, `abc:${'x'.repeat(124)}`],
  ])('keeps %s as it is', (orderKey, groupId) => {
    expect(toGroupId(orderKey)).toBe(groupId)
  })

  it.each(['abc:Überweisung', 'abc:a b', `abc:${'x'.repeat(125)}`])(
    'hashes %s, which SQS would refuse',
    orderKey => {
      expect(toGroupId(orderKey)).toMatch(/^[0-9a-f]{64}$/)
    },
  )
})
