import type { StoreSeed } from '../../lib/local/sandbox/store-seed.js'

/** Endless requests on a few stores: payments applied and reverted in turn, refreshes, statuses, offline payments created. */

const storeHashes = ['soak0001', 'soak0002', 'soak0003', 'soak0004']
const paymentsPerStore = 500
const invoiceId = 1

export function soakStores(): { seed: StoreSeed; secretName: string; secret: string }[] {
  return storeHashes.map(storeHash => {
    const accessToken = `token-of-${storeHash}`
    const payments = Array.from({ length: paymentsPerStore }, (_, index) => ({
      id: index + 1,
      currency: 'USD',
      lineItems: [{ invoiceId, amount: '1.00' }],
    }))
    const invoices = [{ id: invoiceId, currency: 'USD', originalBalance: '100000000.00' }]
    return {
      seed: { storeHash, accessToken, payments, invoices },
      secretName: `payops/${storeHash}`,
      secret: JSON.stringify({ storeHash, accessToken }),
    }
  })
}

export type SoakRequest = { requestId: string; body: string; group: string }

/** The requests number `from` and on; always the same for a number. */
export const nextRequests = (from: number, count: number): SoakRequest[] =>
  Array.from({ length: count }, (_, index) => requestAt(from + index))

function requestAt(number: number): SoakRequest {
  const storeHash = storeHashes[number % storeHashes.length] ?? ''
  const turn = Math.floor(number / storeHashes.length)
  const paymentId = 1 + (turn % paymentsPerStore)
  const round = Math.floor(turn / paymentsPerStore)
  const requestId = `soak-${number}`
  const common = { requestId, storeHash }
  const kind = turn % 5
  if (kind === 4) {
    const externalId = `ext-${number}`
    const payment = {
      customerId: '6041',
      payerName: 'Check',
      currency: 'USD',
      externalId,
      lineItems: [{ invoiceId, amount: '0.01' }],
    }
    const body = JSON.stringify({ ...common, type: 'createOfflinePayment', payment })
    return { requestId, body, group: `${storeHash}:${externalId}` }
  }
  const asked =
    kind === 3
      ? // Never the same twice in a row: the look of a lost one would take the one before for it, as done is done.
        { type: 'updateProcessingStatus', paymentId, processingStatus: round % 2 === 0 ? 3 : 2 }
      : { paymentId, operationCode: kind === 2 ? 2 : round % 2 }
  return { requestId, body: JSON.stringify({ ...common, ...asked }), group: `${storeHash}:${paymentId}` }
}
