import { GroundError, StaleLease } from '../../core/errors.js'
import { isoTime } from '../../core/outcome.js'
import { countReport, type Report, type StoreReport, type SweepMode } from '../../core/reconcile/finding.js'
import type { Rules } from '../../core/reconcile/rules.js'
import { asEpochMs, type EpochMs } from '../../core/time.js'
import type { Checkpoints, PeekedLetter } from '../ports.js'
import { createStoreAccess } from '../store-access.js'
import type { ReconcileDeps, SweepDeps } from './deps.js'
import { createDryCheckpoints, dryHolds } from './dry-run.js'
import { leaseUntil } from './lease.js'
import { createLedgerView } from './ledger-view.js'
import { type SweptStore, sweepStore } from './sweep-store.js'

export type ReconcileOptions = {
  /** Absent: every store that has a secret. */
  stores?: string[]
  /** Writes nothing at all. */
  dryRun: boolean
  rules: Rules
  /** `auto`: a full sweep once a day, else what has changed. */
  mode?: 'auto' | SweepMode
  invocationEnd: EpochMs
}

/** For closing the sweeps and telling of them. */
const endReserveMs = 10_000
/** Stores have a quota each, so some are swept side by side; the bound is memory's. */
const storesAtOnce = 4

/**
 * One bounded pass over the stores: what each says against what was asked and done. Findings are logged and counted on the bus, and
 * what the rules allow is done. A store that somebody else sweeps is left to them.
 */
export async function reconcile(deps: ReconcileDeps, options: ReconcileOptions): Promise<Report> {
  const { clock } = deps
  const startedAt = clock.now()
  const storeHashes = options.stores ?? (await deps.stores.list())
  const pass: Pass = {
    deps,
    options,
    checkpoints: options.dryRun ? createDryCheckpoints(deps.checkpoints) : deps.checkpoints,
    letters: await deps.letters.peek(),
    view: createLedgerView(deps.ledger),
    owner: deps.random.uuid(),
  }
  const swept = await sweepAll(pass, storeHashes)
  const report: Report = {
    startedAt: isoTime(startedAt),
    endedAt: isoTime(clock.now()),
    dryRun: options.dryRun,
    stores: swept.map(one => one.report),
  }
  await tellReport(deps, report)
  for (const { close } of swept) await closeHeld(close)
  await noteDoubts(pass)
  return report
}

async function tellReport({ log, metrics, reports }: ReconcileDeps, report: Report): Promise<void> {
  const { startedAt, endedAt, dryRun } = report
  const detail = { startedAt, endedAt, dryRun, ...countReport(report) }
  for (const { findings } of report.stores) for (const finding of findings) log.warn('finding', finding)
  const { findings, acted, ...counts } = detail
  if (findings.webhookOff > 0) metrics.add('WebhooksOff', findings.webhookOff)
  const found = Object.values(findings).reduce((sum, count) => sum + count, 0)
  log.info('reconciliation pass', { ...counts, found, ...acted })
  if (dryRun || (await reports.completed(detail))) return
  metrics.add('GroundFailures')
  log.warn('the bus did not take the report of a pass', {})
}

/** As the pass found them, none included: an alarm has to hear that the last one is gone. */
async function noteDoubts({ deps, view }: Pass): Promise<void> {
  try {
    const doubts = (await view.listOpen()).filter(({ state }) => state === 'inDoubt')
    const since = doubts.map(({ doubtSince, requestedAt }) => doubtSince ?? requestedAt)
    const now = deps.clock.now()
    deps.metrics.add('OpenDoubts', doubts.length)
    deps.metrics.add('OldestDoubt', Math.round((now - Math.min(now, ...since)) / 1000))
  } catch (error) {
    // The pass is told and closed: what it could not count the next one does.
    if (!(error instanceof GroundError)) throw error
    deps.metrics.add('GroundFailures')
    deps.log.warn('the open doubts could not be counted', { error: error.message })
  }
}

async function closeHeld(close: () => Promise<void>): Promise<void> {
  try {
    await close()
  } catch (error) {
    // Another pass has the store by now, and its lease is not ours to give back.
    if (!(error instanceof StaleLease)) throw error
  }
}

/**
 * Side by side, each lane taking the next store. A few that wait for their quota may use up the whole pass, so each pass
 * begins with another store: all have their turn.
 */
async function sweepAll(pass: Pass, storeHashes: string[]): Promise<SweptStore[]> {
  const first = Math.floor(pass.deps.random.next() * storeHashes.length)
  const turn = [...storeHashes.slice(first), ...storeHashes.slice(0, first)]
  const swept = new Map<string, SweptStore>()
  const lane = async (): Promise<void> => {
    for (let next = turn.shift(); next !== undefined; next = turn.shift())
      swept.set(next, await sweepOne(pass, next))
  }
  await settleAll(Array.from({ length: storesAtOnce }, lane))
  return storeHashes.flatMap(storeHash => swept.get(storeHash) ?? [])
}

type Pass = {
  deps: ReconcileDeps
  options: ReconcileOptions
  checkpoints: Checkpoints
  letters: PeekedLetter[]
  view: ReturnType<typeof createLedgerView>
  owner: string
}

async function sweepOne(pass: Pass, storeHash: string): Promise<SweptStore> {
  const { deps, options, checkpoints, owner } = pass
  const startedAt = isoTime(deps.clock.now())
  const until = leaseUntil(deps.clock.now(), options.invocationEnd)
  const course = await checkpoints.acquire(storeHash, owner, until)
  if (course === undefined) return leftToOthers(storeHash, startedAt)
  try {
    const sweep = await prepare(pass, storeHash)
    return await sweepStore(sweep, { ...pass, course, mode: options.mode ?? 'auto' })
  } catch (error) {
    // Another pass has taken the store over: it goes on from the last page that was kept.
    if (error instanceof StaleLease) return leftToOthers(storeHash, startedAt)
    // What our own ground does to one store must not cost the others their report; a bug may.
    if (!(error instanceof GroundError)) throw error
    deps.metrics.add('GroundFailures')
    deps.log.error('a sweep ends early: our own ground gave way', { storeHash, error: error.message })
    const { busy: _, ...report } = emptyReport(storeHash, startedAt)
    return {
      report: { ...report, unreachedWhy: error.message },
      close: () => checkpoints.release(course),
    }
  }
}

async function prepare({ deps, options, checkpoints }: Pass, storeHash: string): Promise<SweepDeps> {
  const { dryRun, rules, invocationEnd } = options
  const { stores } = await deps.ledger.readHolds([], [storeHash])
  const { clock, credentials, delayScale, metrics } = deps
  const ledger = dryRun ? dryHolds : deps.ledger
  const access = createStoreAccess({ clock, credentials, ledger, metrics }, stores, delayScale)
  const deadline = asEpochMs(invocationEnd - endReserveMs)
  return { ...deps, checkpoints, access, rules, dryRun, deadline, invocationEnd }
}

/** What one store breaks on does not stop the others of its lane half way: all come to their end, then it is thrown. */
async function settleAll<T>(work: Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(work)
  return Promise.all(work)
}

const leftToOthers = (storeHash: string, at: string): SweptStore => ({
  report: emptyReport(storeHash, at),
  close: async () => undefined,
})

const emptyReport = (storeHash: string, at: string): StoreReport => ({
  storeHash,
  mode: 'incremental',
  complete: false,
  busy: true,
  reached: false,
  payments: 0,
  unreadable: 0,
  apiCalls: 0,
  startedAt: at,
  endedAt: at,
  findings: [],
})
