import { describe, expect, it } from '@jest/globals'
import { summarise } from './summary.js'

describe('summarise', () => {
  it.each([
    { values: [3], summary: { median: 3, min: 3, max: 3 } },
    { values: [9, 1, 5], summary: { median: 5, min: 1, max: 9 } },
    { values: [4, 1, 10, 2], summary: { median: 3, min: 1, max: 10 } },
    { values: [10, 9, 100], summary: { median: 10, min: 9, max: 100 } },
  ])('finds the middle of $values and its bounds', ({ values, summary }) => {
    expect(summarise(values)).toEqual(summary)
  })
})
