import type { LedgerEntrySeen } from './read-ledger.js'

/** A write as the store saw it. */
export type EffectSeen = {
  storeHash: string
  paymentId: number
  type: string
  operationCode?: number
  externalId?: string
  total?: { code: string; value: string }
}

/** What the proof compares: one kind of write on one payment of one store. */
export type Subject = {
  name: string
  isRepeatable: boolean
  /** Performed or confirmed, by the ledger. */
  expected: number
  /** Deletes among them that are known by a 404 alone: the payment is gone as wanted, whoever removed it. */
  gone: number
  inDoubt: number
  attempts: number
  found: number
  asked: Amount[]
  seen: Amount[]
}
export type Amount = { currency: string; value: string }

const kinds: Record<string, { name: string; isRepeatable: boolean }> = {
  'performOperation/0': { name: 'apply', isRepeatable: false },
  'performOperation/1': { name: 'revert', isRepeatable: false },
  'performOperation/2': { name: 'pull', isRepeatable: true },
  'performOperation/3': { name: 'operation 3', isRepeatable: false },
  updateProcessingStatus: { name: 'status', isRepeatable: true },
  createOfflinePayment: { name: 'create', isRepeatable: false },
  updateOfflinePayment: { name: 'update', isRepeatable: true },
  deletePayment: { name: 'delete', isRepeatable: false },
}

/** Both records by subject: what the ledger says was done, and what the store saw. */
export function groupBySubject(entries: LedgerEntrySeen[], effects: EffectSeen[]): Subject[] {
  const subjects = new Map<string, Subject>()
  for (const entry of entries) addEntry(subjects, entry)
  for (const effect of effects) addEffect(subjects, effect)
  return [...subjects.values()]
}

function addEntry(subjects: Map<string, Subject>, entry: LedgerEntrySeen): void {
  const { operationCode, paymentId, payment } = entry.request
  const isCreate = entry.type === 'createOfflinePayment'
  const subject = findSubject(
    subjects,
    entry.storeHash,
    entry.type,
    operationCode,
    isCreate ? payment?.externalId : paymentId,
  )
  const effect = entry.outcome?.effect
  subject.attempts += entry.attempts
  if (effect === 'performed' || effect === 'confirmed') {
    subject.expected += 1
    if (entry.type === 'deletePayment' && effect === 'confirmed') subject.gone += 1
    if (isCreate && payment) {
      subject.asked.push(
        ...payment.lineItems.map(item => ({ currency: payment.currency, value: item.amount })),
      )
    }
  } else if (effect === 'unknown' || entry.outcome?.status === 'inDoubt') {
    subject.inDoubt += 1
  }
}

function addEffect(subjects: Map<string, Subject>, effect: EffectSeen): void {
  const isCreate = effect.type === 'createOfflinePayment'
  const target = isCreate ? effect.externalId : effect.paymentId
  const subject = findSubject(subjects, effect.storeHash, effect.type, effect.operationCode, target)
  subject.found += 1
  if (isCreate) subject.seen.push({ currency: effect.total?.code ?? '?', value: effect.total?.value ?? '?' })
}

function findSubject(
  subjects: Map<string, Subject>,
  storeHash: string,
  type: string,
  operationCode: number | undefined,
  target: string | number | undefined,
): Subject {
  const kind = kinds[type === 'performOperation' ? `${type}/${operationCode}` : type]
  const name = `${storeHash}: ${kind?.name ?? type} ${target ?? '?'}`
  const known = subjects.get(name)
  if (known !== undefined) return known
  const isRepeatable = kind?.isRepeatable === true
  const subject = {
    name,
    isRepeatable,
    expected: 0,
    gone: 0,
    inDoubt: 0,
    attempts: 0,
    found: 0,
    asked: [],
    seen: [],
  }
  subjects.set(name, subject)
  return subject
}
