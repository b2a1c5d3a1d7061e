import { doubtLimitMs } from './backoff.js'
import type { Finding } from './diagnose.js'
import { isLeased, type LedgerEntry } from './ledger-entry.js'
import { shellWord } from './shell-word.js'
import { asEpochMs, type EpochMs } from './time.js'

/** What SQS and the quota may add to a wait that is over: 30 minutes at most (`queueForQuotaMs`). Later than this, nobody comes. */
const lateAfterMs = 30 * 60_000
const idsShown = 3

type Told = { now: EpochMs; delayScale: number; stage: string }

/** Of all requests that are not finished, or in doubt: which go on by themselves, and which need somebody. */
export function diagnoseRequests(open: LedgerEntry[], told: Told): Finding[] {
  const { now, delayScale, stage } = told
  const stateOf = (entry: LedgerEntry): 'inDoubt' | 'lookedAtTooLong' | 'leftBehind' | 'goesOn' => {
    if (entry.state === 'inDoubt') return 'inDoubt'
    const doubtUntil = (entry.doubtSince ?? now) + doubtLimitMs * delayScale + lateAfterMs
    if (entry.state === 'unknown' && doubtUntil < now) return 'lookedAtTooLong'
    return !isLeased(entry, now) && dueAt(entry) + lateAfterMs < now ? 'leftBehind' : 'goesOn'
  }
  const byState = Map.groupBy(open, stateOf)
  const tell = (
    state: ReturnType<typeof stateOf>,
    subject: string,
    why: (entries: LedgerEntry[]) => string,
    next: (entry: LedgerEntry) => string,
  ): Finding[] => {
    const entries = (byState.get(state) ?? []).sort((a, b) => sinceOf(a) - sinceOf(b))
    const [oldest] = entries
    return oldest === undefined
      ? []
      : [{ part: 'work', verdict: 'wrong', subject, why: why(entries), next: next(oldest) }]
  }
  const namesOf = (entries: LedgerEntry[]): string =>
    `${entries
      .slice(0, idsShown)
      .map(({ request }) => `${request.requestId} of ${request.storeHash}`)
      .join(', ')}${entries.length > idsShown ? ', …' : ''}`
  const goingOn = byState.get('goesOn')?.length ?? 0
  const findings = [
    ...tell(
      'inDoubt',
      'requests in doubt',
      entries =>
        `${entries.length}, the oldest for ${describeSpan(now - sinceOf(entries[0]))}: ${namesOf(entries)}`,
      ({ request }) =>
        `npx payops resolve ${shellWord(request.requestId)} --store ${request.storeHash} --as done|not-done --by <name> --reason <text> --stage ${stage}`,
    ),
    ...tell(
      'lookedAtTooLong',
      'unknown answers',
      entries => `${entries.length} past the six hours of a doubt, nobody looks: ${namesOf(entries)}`,
      () => `npx payops reconcile --stage ${stage}`,
    ),
    ...tell(
      'leftBehind',
      'requests left behind',
      entries => `${entries.length} are overdue, nobody came for them: ${namesOf(entries)}`,
      ({ request }) =>
        `npx payops status ${shellWord(request.requestId)} --store ${request.storeHash} --stage ${stage}`,
    ),
  ]
  if (goingOn > 0 || findings.length === 0)
    findings.push({ part: 'work', verdict: 'fine', subject: 'open requests', why: `${goingOn} under way` })
  return findings
}

/** When somebody should have gone on with it. */
const dueAt = ({ notBefore, leaseUntil, requestedAt }: LedgerEntry): EpochMs =>
  asEpochMs(Math.max(notBefore ?? 0, leaseUntil ?? 0, requestedAt))

const sinceOf = (entry: LedgerEntry | undefined): number => entry?.doubtSince ?? entry?.requestedAt ?? 0

/** `95m`, `7h`, `3d`: as long as a person needs it to be exact. */
export function describeSpan(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000))
  if (minutes < 120) return `${minutes}m`
  return minutes < 2_880 ? `${Math.floor(minutes / 60)}h` : `${Math.floor(minutes / 1_440)}d`
}
