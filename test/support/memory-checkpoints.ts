import { StaleLease } from '../../lib/core/errors.js'
import type { Cursor, SweepPage } from '../../lib/core/reconcile/sweep.js'
import { asEpochMs, type Clock, type EpochMs } from '../../lib/core/time.js'
import type { Checkpoints, Course } from '../../lib/engine/ports.js'

/** The checkpoints' contract in memory: JSON texts, as a database keeps them, under a lease with a fence. */
export class MemoryCheckpoints implements Checkpoints {
  readonly courses = new Map<string, string>()
  readonly pages = new Map<string, string>()

  constructor(readonly clock: Pick<Clock, 'now'>) {}

  async acquire(storeHash: string, owner: string, until: EpochMs): Promise<Course | undefined> {
    const known = this.#course(storeHash)
    if (known !== undefined && known.leaseUntil > this.clock.now() && known.owner !== owner) return undefined
    const course = { ...known, storeHash, owner, fence: (known?.fence ?? 0) + 1, leaseUntil: until }
    this.courses.set(storeHash, JSON.stringify(course))
    return this.#course(storeHash)
  }

  async read(storeHash: string): Promise<Pick<Course, 'watermark' | 'lastFullAt'>> {
    const { watermark, lastFullAt } = this.#course(storeHash) ?? {}
    return { ...(watermark !== undefined && { watermark }), ...(lastFullAt !== undefined && { lastFullAt }) }
  }

  async savePage(course: Course, page: SweepPage, next: Cursor): Promise<Course> {
    const held = this.#held(course)
    const key = `${course.storeHash}:${next.sweepId}:${course.cursor?.page ?? 0}`
    this.pages.set(key, JSON.stringify(page))
    this.courses.set(course.storeHash, JSON.stringify({ ...held, cursor: next }))
    return { ...course, cursor: next }
  }

  async readPages({ storeHash, cursor }: Course): Promise<SweepPage[]> {
    if (cursor === undefined) return []
    return Array.from({ length: cursor.page }, (_, page) => {
      const text = this.pages.get(`${storeHash}:${cursor.sweepId}:${page}`)
      if (text === undefined) throw new Error(`page ${page} was never saved`)
      return JSON.parse(text) as SweepPage
    })
  }

  async finish(course: Course, watermark: EpochMs, fullAt?: EpochMs): Promise<void> {
    const { cursor: _, ...held } = this.#held(course)
    const done = { ...held, leaseUntil: 0, watermark, ...(fullAt !== undefined && { lastFullAt: fullAt }) }
    this.courses.set(course.storeHash, JSON.stringify(done))
  }

  async release(course: Course): Promise<void> {
    const held = this.#held(course)
    this.courses.set(course.storeHash, JSON.stringify({ ...held, leaseUntil: asEpochMs(0) }))
  }

  #course(storeHash: string): Course | undefined {
    const text = this.courses.get(storeHash)
    return text === undefined ? undefined : (JSON.parse(text) as Course)
  }

  #held(course: Course): Course {
    const held = this.#course(course.storeHash)
    if (held === undefined || held.owner !== course.owner || held.fence !== course.fence)
      throw new StaleLease(`the sweep of store ${course.storeHash} was taken over by another pass`)
    return held
  }
}
