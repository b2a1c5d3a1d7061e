import { expect, it } from '@jest/globals'
import { StaleLease } from '../../lib/core/errors.js'
import { type Cursor, emptyPage, type SweepPage } from '../../lib/core/reconcile/sweep.js'
import { asEpochMs } from '../../lib/core/time.js'
import type { Checkpoints, Course } from '../../lib/engine/ports.js'
import type { LeapingClock } from '../support/leaping-clock.js'
import { catchError } from '../support/sentinel.js'
import { at } from './entries.js'

/** The suite that all checkpoints have to pass: those on DynamoDB, and those in memory that stand in for them. */

export const aCursor = (changes: Partial<Cursor> = {}): Cursor => ({
  sweepId: 's-1',
  mode: 'full',
  startedAt: at('2026-11-22T08:00:00.000Z'),
  part: 'payments',
  page: 1,
  offset: 249,
  ...changes,
})

export const aPage = (changes: Partial<SweepPage> = {}): SweepPage => ({
  ...emptyPage,
  payments: 249,
  ids: '2t 1 1',
  externalIds: [['Rechnung 7 – ü', 117]],
  plans: [
    {
      finding: {
        kind: 'completedNotApplied',
        storeHash: 'luma7x2',
        paymentId: 117,
        seenAt: '2026-11-22T08:00:00.000Z',
        action: 'report',
        acted: 'reported',
        decidedBy: 'default',
      },
      operationCode: 0,
    },
  ],
  ...changes,
})

/** Until a minute after the leaping clock's start. */
const until = at('2026-11-22T08:01:00.000Z')

type Trial = { clock: LeapingClock; checkpoints: Checkpoints }

async function begin(trial: Trial, owner = 'pass-a', end = until): Promise<Course> {
  const course = await trial.checkpoints.acquire('luma7x2', owner, end)
  if (course === undefined) throw new Error(`${owner} did not get the store`)
  return course
}

export function checkpointsContract(make: () => Promise<Trial>): void {
  describeLease(make)
  describePages(make)
}

function describeLease(make: () => Promise<Trial>): void {
  it('give a store that nobody swept to the first who asks, and to nobody beside', async () => {
    const trial = await make()
    const course = await begin(trial)
    expect(course).toMatchObject({ storeHash: 'luma7x2', owner: 'pass-a', leaseUntil: until })
    expect(course).not.toHaveProperty('cursor')
    expect(course).not.toHaveProperty('watermark')
    expect(await trial.checkpoints.acquire('luma7x2', 'pass-b', until)).toBeUndefined()
    expect(await trial.checkpoints.acquire('nordic4b', 'pass-b', until)).toBeDefined()
  })

  it('give a store to one of many who ask at once', async () => {
    const { checkpoints } = await make()
    const owners = Array.from({ length: 10 }, (_, index) => `pass-${index}`)
    const got = await Promise.all(owners.map(owner => checkpoints.acquire('luma7x2', owner, until)))
    expect(got.filter(course => course !== undefined)).toHaveLength(1)
  })

  it('give a store that was released to the next who asks, with a higher fence', async () => {
    const trial = await make()
    const first = await begin(trial)
    await trial.checkpoints.release(first)
    expect((await begin(trial, 'pass-b')).fence).toBeGreaterThan(first.fence)
  })

  it('give a store whose lease ran out to another, and to its owner at any time', async () => {
    const trial = await make()
    await begin(trial)
    expect(await trial.checkpoints.acquire('luma7x2', 'pass-a', until)).toBeDefined()
    trial.clock.advance(60_001)
    expect(await trial.checkpoints.acquire('luma7x2', 'pass-b', asEpochMs(until + 60_000))).toBeDefined()
  })

  it('refuse every write of an owner whose store was taken over, and change nothing by it', async () => {
    const trial = await make()
    const { checkpoints, clock } = trial
    const late = await checkpoints.savePage(await begin(trial), aPage(), aCursor())
    clock.advance(60_001)
    const course = await begin(trial, 'pass-b', asEpochMs(until + 60_000))
    const taken = await checkpoints.savePage(course, aPage({ payments: 7 }), aCursor({ page: 2 }))
    const writes = [
      () => checkpoints.savePage(late, aPage({ payments: 1 }), aCursor({ page: 2 })),
      () => checkpoints.finish(late, until, until),
      () => checkpoints.release(late),
    ]
    for (const write of writes) expect(await catchError(write)).toBeInstanceOf(StaleLease)
    expect((await checkpoints.readPages(taken)).map(({ payments }) => payments)).toEqual([249, 7])
    expect(await checkpoints.read('luma7x2')).toEqual({})
    expect(await checkpoints.acquire('luma7x2', 'pass-c', until)).toBeUndefined()
  })
}

function describePages(make: () => Promise<Trial>): void {
  it('keep the cursor and the pages of a sweep for whoever goes on with it', async () => {
    const trial = await make()
    const { checkpoints } = trial
    const first = await checkpoints.savePage(await begin(trial), aPage(), aCursor())
    await checkpoints.savePage(first, aPage({ payments: 3 }), aCursor({ page: 2, offset: 252 }))
    await checkpoints.release(first)
    const course = await begin(trial, 'pass-b')
    expect(course.cursor).toEqual(aCursor({ page: 2, offset: 252 }))
    expect(await checkpoints.readPages(course)).toEqual([aPage(), aPage({ payments: 3 })])
  })

  it('write a page that is repeated over itself', async () => {
    const trial = await make()
    const course = await begin(trial)
    await trial.checkpoints.savePage(course, aPage({ payments: 1 }), aCursor())
    const saved = await trial.checkpoints.savePage(course, aPage({ payments: 2 }), aCursor())
    expect((await trial.checkpoints.readPages(saved)).map(({ payments }) => payments)).toEqual([2])
  })

  it('hold as many pages as a sweep has, and a page as large as its dead letters make it', async () => {
    const trial = await make()
    let course = await begin(trial)
    for (let page = 1; page <= 60; page += 1)
      course = await trial.checkpoints.savePage(course, aPage({ payments: page }), aCursor({ page }))
    const body = Array.from({ length: 150_000 }, (_, index) => (index * 2654435761).toString(36)).join('')
    const [plan] = aPage().plans
    const plans = plan === undefined ? [] : [{ ...plan, body }]
    course = await trial.checkpoints.savePage(course, aPage({ plans }), aCursor({ page: 61 }))
    const pages = await trial.checkpoints.readPages(course)
    expect(pages.slice(0, 60).map(({ payments }) => payments)).toEqual(
      Array.from({ length: 60 }, (_, n) => n + 1),
    )
    expect(pages[60]?.plans[0]?.body).toBe(body)
  })

  it('forget the cursor of a finished sweep, give the lease back and keep the marks', async () => {
    const trial = await make()
    const { checkpoints } = trial
    const fullAt = at('2026-11-22T08:00:30.000Z')
    const course = await checkpoints.savePage(await begin(trial), aPage(), aCursor())
    await checkpoints.finish(course, until, fullAt)
    expect(await checkpoints.read('luma7x2')).toEqual({ watermark: until, lastFullAt: fullAt })
    const next = await begin(trial, 'pass-b')
    expect(next).toMatchObject({ watermark: until, lastFullAt: fullAt })
    expect(next).not.toHaveProperty('cursor')
    await checkpoints.finish(next, asEpochMs(until + 1))
    expect(await checkpoints.read('luma7x2')).toEqual({ watermark: until + 1, lastFullAt: fullAt })
  })

  it('are read without being changed', async () => {
    const { checkpoints } = await make()
    expect(await checkpoints.read('luma7x2')).toEqual({})
    expect(await checkpoints.acquire('luma7x2', 'pass-a', until)).toMatchObject({ owner: 'pass-a' })
  })
}
