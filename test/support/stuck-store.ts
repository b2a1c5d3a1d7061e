import { systemClock, systemRandom } from '../../lib/adapters/system.js'
import type { OperationRequest } from '../../lib/core/request.js'
import { asEpochMs } from '../../lib/core/time.js'
import { createEntries } from './planted-entries.js'
import type { PlantedStore } from './planted-store.js'
import { sentinelToken } from './sentinel.js'

const dayMs = 86_400_000

/** A store with one payment, that nothing was asked of. */
export const aQuietStore = (): PlantedStore => ({
  seed: {
    storeHash: 'luma7x2',
    accessToken: sentinelToken,
    payments: [{ id: 101, currency: 'USD', lineItems: [{ invoiceId: 7, amount: '20.0000' }] }],
    invoices: [{ id: 7, currency: 'USD', originalBalance: '9000.0000' }],
  },
  entries: [],
  letters: [],
  findings: [],
})

/** The same with a doubt of yesterday (104), a request that nobody came for (105), and letters of what is done and of what never was. */
export function aStuckStore(): PlantedStore {
  const make = createEntries(asEpochMs(systemClock.now() - dayMs))
  const { ending: _, deadLetter: __, ...left } = make.failed(apply(105))
  const letter = (request: object) => ({
    body: JSON.stringify(request),
    groupId: systemRandom.uuid(),
    attributes: {},
  })
  return {
    ...aQuietStore(),
    entries: [
      make.succeeded(apply(101), 'confirmed'),
      make.inDoubt(apply(104)),
      { ...left, state: 'waiting', notBefore: asEpochMs(systemClock.now() - dayMs) },
    ],
    letters: [letter(apply(101)), letter(apply(102))],
  }
}

const apply = (paymentId: number): OperationRequest => ({
  requestId: `erp-${paymentId}`,
  storeHash: 'luma7x2',
  type: 'performOperation',
  paymentId,
  operationCode: 0,
})
