import type { FaultName } from '../../lib/local/sandbox/faults.js'
import type { StoreSeed } from '../../lib/local/sandbox/store-seed.js'

/**
 * Stores with a secret each, and every way in which one of them can fail. What the API does wrong it does for ever: nothing of
 * a failing store comes to an end while it is measured.
 */

export type Ailment = { name: string; fault?: FaultName; secret?: 'missing' | 'malformed' | 'refused' }

export const ailments: readonly Ailment[] = [
  { name: 'throttled, no time named', fault: 'throttledWithoutHeaders' },
  { name: 'throttled, a time named', fault: 'throttledWithRetryAfter' },
  { name: 'down, 503', fault: 'http503' },
  { name: 'down, a page of its gateway', fault: 'http502' },
  { name: 'hangs', fault: 'slow' },
  { name: 'resets connections', fault: 'lostBeforeEffect' },
  { name: 'answers HTML', fault: 'html' },
  { name: 'refuses its token', secret: 'refused' },
  { name: 'has no secret', secret: 'missing' },
  { name: 'has a malformed secret', secret: 'malformed' },
]

export type PlantedStores = {
  seeds: StoreSeed[]
  secrets: Record<string, string>
  well: string[]
  ailing: { storeHash: string; ailment: Ailment }[]
}

export const firstPaymentId = 1001

/** `ailing` of them are ill, spread over all, each ailment in turn. */
export function plantStores(amounts: { stores: number; ailing: number; payments: number }): PlantedStores {
  const { stores, payments } = amounts
  const planted: PlantedStores = { seeds: [], secrets: {}, well: [], ailing: [] }
  const every = Math.floor(stores / Math.max(1, amounts.ailing))
  for (let index = 0; index < stores; index += 1) {
    const storeHash = `store${String(index).padStart(4, '0')}`
    const isAiling = index % every === every - 1 && planted.ailing.length < amounts.ailing
    const ailment = isAiling ? ailments[planted.ailing.length % ailments.length] : undefined
    const accessToken = `token-of-${storeHash}`
    planted.seeds.push(seedStore(storeHash, accessToken, payments))
    const secret = secretOf(storeHash, accessToken, ailment?.secret)
    if (secret !== undefined) planted.secrets[`payops/${storeHash}`] = secret
    if (ailment === undefined) planted.well.push(storeHash)
    else planted.ailing.push({ storeHash, ailment })
  }
  return planted
}

function seedStore(storeHash: string, accessToken: string, payments: number): StoreSeed {
  const invoices = [{ id: 1, currency: 'USD', originalBalance: `${payments}.00` }]
  return {
    storeHash,
    accessToken,
    invoices,
    payments: Array.from({ length: payments }, (_, index) => ({
      id: firstPaymentId + index,
      currency: 'USD',
      lineItems: [{ invoiceId: 1, amount: '1.00' }],
    })),
  }
}

function secretOf(storeHash: string, accessToken: string, wrong: Ailment['secret']): string | undefined {
  if (wrong === 'missing') return undefined
  if (wrong === 'malformed') return `{"storeHash":"${storeHash}","accessToken"`
  return JSON.stringify({ storeHash, accessToken: wrong === 'refused' ? 'revoked-long-ago' : accessToken })
}
