import type { Finding } from '../../core/diagnose.js'
import { type CountedQueue, diagnoseLetters, diagnoseOperations } from '../../core/diagnose-queues.js'
import { diagnoseRequests } from '../../core/diagnose-work.js'
import { isoTime } from '../../core/outcome.js'
import type { StoreHold } from '../../engine/ports.js'
import { readDeadLetters } from '../../engine/read-dead-letters.js'
import { createLedgerView } from '../../engine/reconcile/ledger-view.js'
import type { OperatorApp } from '../../operator-app.js'

/** `names`: what is there, or may be. A queue or table that is missing is told as such; here it is passed over. */
type Ground = { stage: string; names: Set<string> }

/** What waits or is under way. */
export async function examineQueue(app: OperatorApp, { stage }: Ground): Promise<Finding[]> {
  const names = ['operations', 'webhooks'].map(name => `payops-${stage}-${name}.fifo`)
  return (await countQueues(app, names)).map(diagnoseOperations)
}

/** Requests that are not finished, doubts, and stores that are held. */
export async function examineLedger(
  app: OperatorApp,
  storeHashes: string[],
  { stage, names }: Ground,
): Promise<Finding[]> {
  if (!names.has(`payops-${stage}-ledger`)) return []
  const told = { now: app.clock.now(), stage, delayScale: app.delayScale }
  const { stores } = await app.ledger.readHolds([], storeHashes)
  const held = [...stores.values()].filter(({ active }) => active)
  const open = await createLedgerView(app.ledger).listOpen()
  return [...diagnoseRequests(open, told), ...held.map(hold => tellHold(hold, stage))]
}

/** Both dead-letter queues. An empty one is not looked into: a look hides messages for a moment. */
export async function examineLetters(app: OperatorApp, { stage, names }: Ground): Promise<Finding[]> {
  const queueNames = [`payops-${stage}-operations-dlq.fifo`, `payops-${stage}-events-dlq`]
  const counted = await countQueues(app, queueNames)
  const holdsAny = counted.some(({ waiting }) => waiting > 0)
  const isReadable = [...queueNames, `payops-${stage}-ledger`].every(name => names.has(name))
  const letters = holdsAny && isReadable ? await readDeadLetters(app) : []
  const seen = letters.map(({ explanation: { meaning }, failedAt }) => ({ meaning, failedAt }))
  return diagnoseLetters(counted, seen, { now: app.clock.now(), stage })
}

async function countQueues({ inspector }: OperatorApp, names: string[]): Promise<CountedQueue[]> {
  const counted: CountedQueue[] = []
  for (const name of names) {
    const counts = await inspector.countMessages(name)
    if (counts !== undefined) counted.push({ name, ...counts })
  }
  return counted
}

const tellHold = ({ storeHash, code, message, nextProbeAt }: StoreHold, stage: string): Finding => ({
  part: 'work',
  verdict: 'wrong',
  subject: `store ${storeHash} is held`,
  why: `${code}: ${message}; the next probe is at ${isoTime(nextProbeAt)}`,
  next: `npx payops secrets set ${storeHash} --stage ${stage}`,
})
