import { describe, expect, it } from '@jest/globals'
import { judgeSoak, type Sample } from './judge-soak.js'

const sampled = (grow: (index: number) => Partial<Sample>): Sample[] =>
  Array.from({ length: 30 }, (_, index) => ({
    pid: 1,
    atMs: index * 1_000,
    rss: 100,
    heapUsed: 10,
    descriptors: 30,
    resources: 8,
    ...grow(index),
  }))
const failing = (samples: Sample[]): string[] =>
  judgeSoak(samples, 5_000).flatMap(({ what, isMet }) => (isMet ? [] : [what]))

describe('judgeSoak', () => {
  it('finds nothing in a container that holds what it held', () => {
    expect(failing(sampled(() => ({})))).toEqual([])
  })

  it('finds a heap that grows by a tenth and more', () => {
    expect(failing(sampled(index => ({ heapUsed: 10 + index / 10 })))).toEqual(['kept heap'])
  })

  it('finds memory that is not given back', () => {
    expect(failing(sampled(index => ({ rss: 100 + index })))).toEqual(['memory (RSS)'])
  })

  it('finds a descriptor that is left open now and then', () => {
    expect(failing(sampled(index => ({ descriptors: 30 + 3 * index })))).toEqual(['file descriptors'])
  })

  it('finds a slower leak of them in a run of minutes', () => {
    const leak = (atMs: number) => ({ atMs, descriptors: 30 + atMs / 60_000 })
    expect(failing(sampled(index => leak(index * 1_000)))).toEqual([])
    expect(failing(sampled(index => leak(index * 20_000)))).toEqual(['file descriptors'])
  })

  it('finds timers that are never cleared', () => {
    expect(failing(sampled(index => ({ resources: 8 + 3 * index })))).toEqual(['handles and requests'])
  })

  it('passes over the growth of the warm-up', () => {
    expect(failing(sampled(index => ({ heapUsed: index < 5 ? index : 10 })))).toEqual([])
  })

  it('takes the worst of several containers', () => {
    const leaking = sampled(index => ({ pid: 2, heapUsed: 10 + index }))
    expect(failing([...sampled(() => ({})), ...leaking])).toEqual(['kept heap'])
  })

  it('is not met where no container lived long enough', () => {
    expect(failing(sampled(() => ({})).slice(0, 8))).toHaveLength(4)
  })
})
