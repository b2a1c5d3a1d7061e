import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { planLanes } from '../../lib/core/batch.js'

type Message = { id: number; groupId: string; holdKey?: string }
const message = (id: number, groupId: string, holdKey?: string): Message => ({
  id,
  groupId,
  ...(holdKey !== undefined && { holdKey }),
})
const idsOf = (lanes: Message[][]): number[][] =>
  lanes.map(lane => lane.map(({ id }) => id)).sort(([a = 0], [b = 0]) => a - b)

describe('planLanes', () => {
  it('keeps a group in order and puts groups side by side', () => {
    const messages = [
      message(0, 'a', 'p1'),
      message(1, 'b', 'p2'),
      message(2, 'a', 'p1'),
      message(3, 'b', 'p2'),
    ]
    expect(idsOf(planLanes(messages))).toEqual([
      [0, 2],
      [1, 3],
    ])
  })

  it('keeps one payment in order across the groups that producers chose', () => {
    expect(idsOf(planLanes([message(0, 'a', 'p1'), message(1, 'b', 'p1'), message(2, 'c', 'p2')]))).toEqual([
      [0, 1],
      [2],
    ])
  })

  it('joins lanes that a later message turns out to connect', () => {
    const messages = [
      message(0, 'a', 'p1'),
      message(1, 'b', 'p2'),
      message(2, 'c', 'p3'),
      message(3, 'a', 'p2'),
    ]
    expect(idsOf(planLanes(messages))).toEqual([[0, 1, 3], [2]])
  })

  it('lets a message that names no payment wait for its group only', () => {
    expect(idsOf(planLanes([message(0, 'a'), message(1, 'b'), message(2, 'a', 'p1')]))).toEqual([[0, 2], [1]])
  })

  it('does not take a group for a payment of the same name', () => {
    expect(idsOf(planLanes([message(0, 'p1', 'p9'), message(1, 'b', 'p1')]))).toEqual([[0], [1]])
  })

  it('plans nothing for nothing', () => {
    expect(planLanes([])).toEqual([])
  })

  const batches = fc
    .array(
      fc.record({
        groupId: fc.constantFrom('a', 'b', 'c', 'd'),
        holdKey: fc.option(fc.constantFrom('p1', 'p2', 'p3', 'p4', 'p5'), { nil: undefined }),
      }),
      { maxLength: 20 },
    )
    .map(list => list.map(({ groupId, holdKey }, id) => message(id, groupId, holdKey)))

  it('holds each message once, in the order of the batch within every group and payment', () => {
    fc.assert(
      fc.property(batches, messages => {
        const lanes = planLanes(messages)
        expect(
          lanes
            .flat()
            .map(({ id }) => id)
            .sort((a, b) => a - b),
        ).toEqual(messages.map(({ id }) => id))
        for (const lane of lanes) {
          expect(lane.map(({ id }) => id)).toEqual(lane.map(({ id }) => id).sort((a, b) => a - b))
        }
        for (const key of ['groupId', 'holdKey'] as const) {
          const laneOf = new Map<string, number>()
          lanes.forEach((lane, index) => {
            for (const { [key]: value } of lane) {
              if (value === undefined) continue
              expect(laneOf.get(value) ?? index).toBe(index)
              laneOf.set(value, index)
            }
          })
        }
      }),
    )
  })

  it('never joins messages that nothing connects', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { maxLength: 10 }), names => {
        const messages = names.map((name, id) => message(id, name, `payment of ${name}`))
        expect(planLanes(messages)).toHaveLength(messages.length)
      }),
    )
  })
})
