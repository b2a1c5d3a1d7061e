import { isoTime } from '../../core/outcome.js'
import type { StoreReport, SweepMode } from '../../core/reconcile/finding.js'
import { type Cursor, decodeIds, type SweepPage } from '../../core/reconcile/sweep.js'
import type { EpochMs } from '../../core/time.js'
import type { Course, PeekedLetter } from '../ports.js'
import { actOnNext, findingsOf, notActedOn } from './act.js'
import type { Stop, SweepDeps } from './deps.js'
import { renew } from './lease.js'
import type { LedgerView } from './ledger-view.js'
import { planWithoutLook } from './plan-without-look.js'
import { sweepDoubts } from './sweep-doubts.js'
import { sweepGone } from './sweep-gone.js'
import { sweepPayments } from './sweep-payments.js'
import { watermarkAfter } from './watermark.js'

/**
 * The sweep of one store, from wherever its cursor stands to its end, or as far as the time allows. Its report is made of
 * its pages alone, so that it is the same however often it was stopped or killed on its way. `close` ends it once the
 * report is told: a kill before that has the report told again.
 */
export type SweptStore = { report: StoreReport; close(): Promise<void> }

export type SweepInput = {
  course: Course
  view: LedgerView
  letters: PeekedLetter[]
  mode: 'auto' | SweepMode
}

/** Once a day everything is looked at. */
const fullEveryMs = 24 * 3_600_000
/** A store may be out of reach for weeks in the middle of a sweep; the pages are kept for seven days. */
const sweepAgeMsMax = 3 * 24 * 3_600_000
/** So little time is not worth a step: no call would begin in it. */
const stepReserveMs = 3_000

export async function sweepStore(deps: SweepDeps, input: SweepInput): Promise<SweptStore> {
  const startedAt = deps.clock.now()
  let course = dropOld(input.course, startedAt)
  const pages = course.cursor === undefined ? [] : await deps.checkpoints.readPages(course)
  const seen = new Set(pages.flatMap(({ ids }) => decodeIds(ids)))
  for (;;) {
    const cursor = course.cursor ?? begin(deps, course, input.mode)
    if (deps.clock.now() + stepReserveMs > deps.deadline)
      return stop(deps, input, { ...course, cursor }, pages, startedAt, { stopped: 'outOfTime' })
    const swept = await takeStep(deps, input, { ...course, cursor }, pages, seen)
    course = await renew(deps, course)
    if (swept === undefined) return complete(deps, { ...course, cursor }, pages, startedAt)
    if ('stopped' in swept) return stop(deps, input, { ...course, cursor }, pages, startedAt, swept)
    course = await deps.checkpoints.savePage(course, swept.page, swept.next)
    pages.push(swept.page)
    for (const id of decodeIds(swept.page.ids)) seen.add(id)
  }
}

/** Its evidence is too old to act on, and its pages expire: the sweep is begun anew. */
function dropOld(course: Course, now: EpochMs): Course {
  const { cursor, ...rest } = course
  return cursor !== undefined && now - cursor.startedAt > sweepAgeMsMax ? rest : course
}

function begin(deps: SweepDeps, { lastFullAt, watermark }: Course, asked: SweepInput['mode']): Cursor {
  const startedAt = deps.clock.now()
  const isDue = lastFullAt === undefined || watermark === undefined || startedAt - lastFullAt > fullEveryMs
  const mode = asked === 'auto' ? (isDue ? 'full' : 'incremental') : asked
  return { sweepId: deps.random.uuid(), mode, startedAt, part: 'payments', page: 0, offset: 0 }
}

function takeStep(
  deps: SweepDeps,
  { view, letters }: SweepInput,
  course: Course & { cursor: Cursor },
  pages: SweepPage[],
  seen: Set<number>,
) {
  switch (course.cursor.part) {
    case 'payments':
      return sweepPayments(deps, view, course, seen)
    case 'doubts':
      return sweepDoubts(
        deps,
        view,
        course,
        letters,
        pages.flatMap(({ externalIds }) => externalIds),
      )
    case 'gone':
      return sweepGone(deps, view, course, seen)
    case 'act':
      return actOnNext(deps, course.cursor, pages)
  }
}

function complete(
  deps: SweepDeps,
  course: Course & { cursor: Cursor },
  pages: SweepPage[],
  startedAt: EpochMs,
): SweptStore {
  const { cursor } = course
  return {
    report: {
      ...reportOf(deps, course, pages, startedAt),
      complete: true,
      startedAt: isoTime(cursor.startedAt),
      findings: findingsOf(deps, pages),
    },
    close: () =>
      deps.checkpoints.finish(
        course,
        watermarkAfter(deps, course),
        cursor.mode === 'full' ? cursor.startedAt : undefined,
      ),
  }
}

/** Nothing of an unfinished sweep is told but what needs no look; its pages wait for its end. A dry run has no other end. */
async function stop(
  deps: SweepDeps,
  { view, letters }: SweepInput,
  course: Course & { cursor: Cursor },
  pages: SweepPage[],
  startedAt: EpochMs,
  stopped: Stop & { calls?: number },
): Promise<SweptStore> {
  const report = reportOf(deps, course, pages, startedAt)
  report.apiCalls += stopped.calls ?? 0
  const close = () => deps.checkpoints.release(course)
  if (stopped.stopped === 'outOfTime')
    return { report: { ...report, findings: deps.dryRun ? findingsOf(deps, pages) : [] }, close }
  const plans = await planWithoutLook(deps, view, course.storeHash, letters)
  const why = 'the store could not be reached; the next pass acts'
  const findings = notActedOn(deps, plans, why)
  return { report: { ...report, reached: false, unreachedWhy: stopped.why, findings }, close }
}

function reportOf(
  deps: SweepDeps,
  { storeHash, cursor }: Course & { cursor: Cursor },
  pages: SweepPage[],
  startedAt: EpochMs,
): StoreReport {
  const sum = (of: (page: SweepPage) => number): number => pages.reduce((n, page) => n + of(page), 0)
  return {
    storeHash,
    mode: cursor.mode,
    complete: false,
    reached: true,
    payments: sum(({ payments }) => payments),
    unreadable: sum(({ unreadable }) => unreadable),
    apiCalls: sum(({ apiCalls }) => apiCalls),
    startedAt: isoTime(startedAt),
    endedAt: isoTime(deps.clock.now()),
    findings: [],
  }
}
