import { describe, expect, it } from '@jest/globals'
import { planBatches } from '../../../lib/cli/start/plan-batches.js'
import type { RequestLine } from '../../../lib/cli/start/read-request-lines.js'

const aLine = (number: number, groupId: string, bytes = 100): RequestLine => ({
  number,
  body: '',
  bytes,
  groupId,
  deduplicationId: `d-${number}`,
})

describe('planBatches', () => {
  it('sends at most ten lines at once', () => {
    const lines = Array.from({ length: 23 }, (_, index) => aLine(index + 1, 'one'))
    expect(
      planBatches(lines, 1)
        .flat()
        .map(batch => batch.length),
    ).toEqual([10, 10, 3])
  })

  it('sends at most 1 MiB at once', () => {
    const lines = [
      aLine(1, 'a', 600_000),
      aLine(2, 'a', 400_000),
      aLine(3, 'a', 100_000),
      aLine(4, 'a', 1_048_576),
    ]
    expect(
      planBatches(lines, 1)
        .flat()
        .map(batch => batch.map(line => line.number)),
    ).toEqual([[1, 2], [3], [4]])
  })

  it('keeps the lines of a group in one lane and in the order of the file', () => {
    const lines = Array.from({ length: 60 }, (_, index) => aLine(index + 1, `group-${index % 7}`))
    const lanes = planBatches(lines, 4)
    for (let group = 0; group < 7; group += 1) {
      const holding = lanes
        .map(lane => lane.flat().filter(line => line.groupId === `group-${group}`))
        .filter(found => found.length > 0)
      expect(holding).toHaveLength(1)
      expect(holding[0]).toEqual(lines.filter(line => line.groupId === `group-${group}`))
    }
    expect(lanes.flat(2)).toHaveLength(60)
  })

  it('plans nothing for no lines', () => {
    expect(planBatches([], 2)).toEqual([[], []])
  })
})
