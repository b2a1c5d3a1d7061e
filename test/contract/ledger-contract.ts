import { expect, it } from '@jest/globals'
import { StaleLease } from '../../lib/core/errors.js'
import type { LedgerEntry } from '../../lib/core/ledger-entry.js'
import type { Ledger } from '../../lib/engine/ports.js'
import { catchError } from '../support/sentinel.js'
import { aCreate, aFinalEntry, anOpenEntry, aStoreHold, at } from './entries.js'

/** The suite that every ledger has to pass: the one on DynamoDB, and the one in memory that stands in for it. */

const longest = `long ${'x'.repeat(100_000)}`
const awkwardKeys = [
  longest,
  `${longest}y`,
  'Rechnung 7 – ü',
  '\u{1F9FE}',
  'a\uD800',
  'a\uDC00',
  'a b',
  'a\u0000b',
]

export function ledgerContract(makeLedger: () => Promise<Ledger>): void {
  describeEntries(makeLedger)
  describeHolds(makeLedger)
  describeMakers(makeLedger)
}

function describeEntries(makeLedger: () => Promise<Ledger>): void {
  it('claims a new request by writing its entry, and gives it back whole', async () => {
    const ledger = await makeLedger()
    expect(await ledger.claim(anOpenEntry(), 'worker-a')).toBeUndefined()
    expect(await ledger.read('luma7x2', 'r-1')).toEqual(anOpenEntry())
  })

  it('claims nothing that is there already, but returns it', async () => {
    const ledger = await makeLedger()
    await ledger.claim(anOpenEntry(), 'worker-a')
    const late = anOpenEntry({ owner: 'worker-b', contentHash: 'other' })
    expect(await ledger.claim(late, 'worker-b')).toEqual(anOpenEntry())
    expect(await ledger.read('luma7x2', 'r-1')).toEqual(anOpenEntry())
  })

  it('gives one of many who claim at once the request, and the others its entry', async () => {
    const ledger = await makeLedger()
    const workers = Array.from({ length: 20 }, (_, index) => `worker-${index}`)
    const found = await Promise.all(workers.map(by => ledger.claim(anOpenEntry({ owner: by }), by)))
    const [winner, ...more] = workers.filter((_, index) => found[index] === undefined)
    expect(more).toEqual([])
    expect(new Set(found.flatMap(entry => entry?.owner ?? []))).toEqual(new Set([winner]))
  })

  it('takes a claim of our own that is written twice, its reply being lost, for ours', async () => {
    const ledger = await makeLedger()
    await ledger.claim(anOpenEntry(), 'worker-a')
    expect(await ledger.claim(anOpenEntry(), 'worker-a')).toBeUndefined()
  })

  it('does not take a later state of our own entry for a claim', async () => {
    const ledger = await makeLedger()
    await ledger.claim(anOpenEntry(), 'worker-a')
    const saved = await ledger.save(aFinalEntry('succeeded'), 'worker-a')
    expect(await ledger.claim(anOpenEntry(), 'worker-a')).toEqual(saved)
  })

  it('knows nothing of a request that was never claimed, nor of one with the same id at another store', async () => {
    const ledger = await makeLedger()
    await ledger.claim(anOpenEntry(), 'worker-a')
    expect(await ledger.read('luma7x2', 'r-2')).toBeUndefined()
    expect(await ledger.read('nordic4b', 'r-1')).toBeUndefined()
  })

  it('saves an entry with its rev raised by one', async () => {
    const ledger = await makeLedger()
    await ledger.claim(anOpenEntry(), 'worker-a')
    const saved = await ledger.save(anOpenEntry({ state: 'unknown', looks: 2 }), 'worker-a')
    expect(saved).toEqual(anOpenEntry({ state: 'unknown', looks: 2, rev: 2 }))
    expect(await ledger.read('luma7x2', 'r-1')).toEqual(saved)
  })

  it('refuses the save of a late owner, and keeps what the next one wrote', async () => {
    const ledger = await makeLedger()
    await ledger.claim(anOpenEntry(), 'worker-a')
    const taken = await ledger.save(anOpenEntry({ owner: 'worker-b' }), 'worker-b')
    expect(await catchError(() => ledger.save(aFinalEntry('succeeded'), 'worker-a'))).toBeInstanceOf(
      StaleLease,
    )
    expect(await ledger.read('luma7x2', 'r-1')).toEqual(taken)
  })

  it('takes a save of our own that is written twice, its reply being lost, for ours', async () => {
    const ledger = await makeLedger()
    await ledger.claim(anOpenEntry(), 'worker-a')
    const first = await ledger.save(aFinalEntry('succeeded'), 'worker-a')
    expect(await ledger.save(aFinalEntry('succeeded'), 'worker-a')).toEqual(first)
    expect(await ledger.read('luma7x2', 'r-1')).toEqual(first)
  })

  it('lets one of many who save the same rev at once through', async () => {
    const ledger = await makeLedger()
    await ledger.claim(anOpenEntry(), 'worker-a')
    const saves = Array.from({ length: 10 }, (_, index) => {
      const by = `worker-${index}`
      return ledger.save(anOpenEntry({ owner: by }), by)
    })
    const settled = await Promise.allSettled(saves)
    const refusals = settled.flatMap(result => (result.status === 'rejected' ? [result.reason] : []))
    expect(refusals).toHaveLength(9)
    for (const refusal of refusals) expect(refusal).toBeInstanceOf(StaleLease)
  })

  it('writes nothing for the save of an entry that is not there', async () => {
    const ledger = await makeLedger()
    await catchError(() => ledger.save(anOpenEntry(), 'worker-a'))
    expect(await ledger.read('luma7x2', 'r-1')).toBeUndefined()
  })

  it.each<[string, LedgerEntry]>([
    ['sending', anOpenEntry({ attempts: 3, attemptsBefore: 2, unproven: true })],
    [
      'waiting',
      anOpenEntry({
        state: 'waiting',
        notBefore: at('2026-11-22T08:01:00.000Z'),
        waitingFor: 'credentials',
        waitingSince: at('2026-11-22T08:00:00.000Z'),
        waits: 4,
      }),
    ],
    [
      'unknown',
      anOpenEntry({
        state: 'unknown',
        sendingUntil: at('2026-11-22T08:00:10.001Z'),
        doubtSince: at('2026-11-22T08:00:10.001Z'),
        hadUnknown: true,
        looks: 7,
        lastAnswer: { message: 'HTTP 502', httpStatus: 502, apiRequestId: 'x-2' },
      }),
    ],
    ['refused', anOpenEntry({ state: 'refused', lastAnswer: { message: 'not allowed', httpStatus: 400 } })],
    ['succeeded', aFinalEntry('succeeded')],
    ['failed', { ...aFinalEntry('failed'), deadLetter: 'sent' }],
    ['inDoubt', aFinalEntry('inDoubt')],
  ])('gives back an entry in the state %s as it was saved', async (_, entry) => {
    const ledger = await makeLedger()
    await ledger.claim(anOpenEntry(), 'worker-a')
    const saved = await ledger.save(entry, 'worker-a')
    expect(saved).toEqual({ ...entry, rev: 2 })
    expect(await ledger.read('luma7x2', 'r-1')).toEqual(saved)
  })

  it('gives back 300 KB of payment content and awkward text as they were asked', async () => {
    const ledger = await makeLedger()
    const awkward = '"\\\u0000\u0007\u007f\u2028\uFEFF\uFFFE\uD83D\uD800é\u{1F9FE}'
    const entry = aCreate(awkward, awkward + 'ü'.repeat(150_000))
    await ledger.claim(entry, 'worker-a')
    expect(await ledger.read('luma7x2', 'c-1')).toEqual(entry)
  })

  it("keeps requests apart by keys that are anybody's, such as SQS's own", async () => {
    const ledger = await makeLedger()
    const keys = ['a#b', 'a', '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~', 'x'.repeat(128)]
    for (const key of keys) await ledger.claim(anOpenEntry({}, key), 'worker-a')
    for (const key of keys) expect(await ledger.read('luma7x2', key)).toEqual(anOpenEntry({}, key))
  })

  it('lists what is open or in doubt, and neither what is finished nor what is held', async () => {
    const ledger = await makeLedger()
    const states = ['sending', 'waiting', 'unknown', 'refused', 'succeeded', 'failed', 'inDoubt'] as const
    for (const state of states) {
      await ledger.claim(anOpenEntry({}, state), 'worker-a')
      const isFinal = state === 'succeeded' || state === 'failed' || state === 'inDoubt'
      await ledger.save(isFinal ? aFinalEntry(state, state) : anOpenEntry({ state }, state), 'worker-a')
    }
    await ledger.holdPayment('luma7x2#payment:117', 'inDoubt')
    await ledger.saveStoreHold(aStoreHold())
    const listed = await listAll(ledger)
    expect(listed.map(({ state }) => state).sort()).toEqual([
      'inDoubt',
      'refused',
      'sending',
      'unknown',
      'waiting',
    ])
    for (const entry of listed) {
      expect(await ledger.read('luma7x2', entry.request.requestId)).toEqual(entry)
    }
  })
}

function describeMakers(makeLedger: () => Promise<Ledger>): void {
  it('names the create that made a payment, and no other request on it', async () => {
    const ledger = await makeLedger()
    const created = aCreate('PO-1', 'Check 7', 'made-it')
    await ledger.claim(created, 'worker-a')
    const { owner: _, leaseUntil: __, ...rest } = created
    const ending = {
      effect: 'performed' as const,
      completedAt: at('2026-11-22T08:00:01.000Z'),
      paymentId: 117,
    }
    await ledger.save({ ...rest, state: 'succeeded', ending }, 'worker-a')
    await ledger.claim(anOpenEntry({}, 'applies-it'), 'worker-a')
    expect(await ledger.makersOf('luma7x2', 117)).toEqual(['made-it'])
    expect(await ledger.makersOf('luma7x2', 118)).toEqual([])
    expect(await ledger.makersOf('nordic4b', 117)).toEqual([])
  })
}

function describeHolds(makeLedger: () => Promise<Ledger>): void {
  it('holds a payment for each doubt on it until each is released', async () => {
    const ledger = await makeLedger()
    const key = 'luma7x2#payment:117'
    const holders = async () => (await ledger.readHolds([key], [])).payments.get(key) ?? []
    await ledger.holdPayment(key, 'r-1')
    await ledger.holdPayment(key, 'r-2')
    await ledger.holdPayment(key, 'r-2')
    expect((await holders()).sort()).toEqual(['r-1', 'r-2'])
    await ledger.releasePayment(key, 'r-1')
    expect(await holders()).toEqual(['r-2'])
    await ledger.releasePayment(key, 'r-2')
    expect(await holders()).toEqual([])
    await ledger.holdPayment(key, 'r-3')
    expect(await holders()).toEqual(['r-3'])
  })

  it('takes the release of what is not held for done', async () => {
    const ledger = await makeLedger()
    await ledger.releasePayment('luma7x2#payment:9', 'r-1')
    const { payments } = await ledger.readHolds(['luma7x2#payment:9'], [])
    expect(payments.get('luma7x2#payment:9') ?? []).toEqual([])
  })

  it('reads the holds of twenty keys at once, and names no holder where there is none', async () => {
    const ledger = await makeLedger()
    const keys = Array.from({ length: 10 }, (_, index) => `luma7x2#payment:${index}`)
    const stores = Array.from({ length: 10 }, (_, index) => `store${index}`)
    for (const key of keys.slice(0, 5)) await ledger.holdPayment(key, `holder of ${key}`)
    for (const storeHash of stores.slice(0, 5)) await ledger.saveStoreHold(aStoreHold({ storeHash }))
    const holds = await ledger.readHolds(keys, stores)
    const held = [...holds.payments].filter(([, holders]) => holders.length > 0)
    expect(Object.fromEntries(held)).toEqual({
      'luma7x2#payment:0': ['holder of luma7x2#payment:0'],
      'luma7x2#payment:1': ['holder of luma7x2#payment:1'],
      'luma7x2#payment:2': ['holder of luma7x2#payment:2'],
      'luma7x2#payment:3': ['holder of luma7x2#payment:3'],
      'luma7x2#payment:4': ['holder of luma7x2#payment:4'],
    })
    expect([...holds.stores.keys()].sort()).toEqual(['store0', 'store1', 'store2', 'store3', 'store4'])
  })

  it('reads no holds where no keys are asked for', async () => {
    const ledger = await makeLedger()
    expect(await ledger.readHolds([], [])).toEqual({ payments: new Map(), stores: new Map() })
  })

  it('holds by an externalId of any length and any characters, and mixes up no two', async () => {
    const ledger = await makeLedger()
    const keys = awkwardKeys.map(externalId => `luma7x2#external:${externalId}`)
    for (const [index, key] of keys.entries()) await ledger.holdPayment(key, `r-${index}`)
    const { payments } = await ledger.readHolds(keys, [])
    expect(keys.map(key => payments.get(key))).toEqual(keys.map((_, index) => [`r-${index}`]))
    for (const [index, key] of keys.entries()) await ledger.releasePayment(key, `r-${index}`)
    const after = await ledger.readHolds(keys, [])
    expect(keys.flatMap(key => after.payments.get(key) ?? [])).toEqual([])
  })

  it('gives back the hold of a store as it was saved, with its rev raised by one', async () => {
    const ledger = await makeLedger()
    const { version: _, ...missing } = aStoreHold({ storeHash: 'nordic4b', code: 'CREDENTIALS_MISSING' })
    expect(await ledger.saveStoreHold(aStoreHold())).toBe(true)
    expect(await ledger.saveStoreHold({ ...missing, active: false })).toBe(true)
    const { stores } = await ledger.readHolds([], ['luma7x2', 'nordic4b'])
    expect(stores.get('luma7x2')).toEqual(aStoreHold({ rev: 1 }))
    expect(stores.get('nordic4b')).toEqual({ ...missing, active: false, rev: 1 })
  })

  it('lets one of two who hold a store at once through', async () => {
    const ledger = await makeLedger()
    expect(await ledger.saveStoreHold(aStoreHold({ message: 'first' }))).toBe(true)
    expect(await ledger.saveStoreHold(aStoreHold({ message: 'second' }))).toBe(false)
    expect(await ledger.saveStoreHold(aStoreHold({ message: 'third', rev: 1 }))).toBe(true)
    expect(await ledger.saveStoreHold(aStoreHold({ message: 'fourth', rev: 1 }))).toBe(false)
    const { stores } = await ledger.readHolds([], ['luma7x2'])
    expect(stores.get('luma7x2')).toMatchObject({ message: 'third', rev: 2 })
  })
}

async function listAll(ledger: Ledger): Promise<LedgerEntry[]> {
  const found: LedgerEntry[] = []
  let cursor: string | undefined
  do {
    const page = await ledger.listOpen(cursor)
    found.push(...page.entries)
    cursor = page.cursor
  } while (cursor !== undefined)
  return found
}
