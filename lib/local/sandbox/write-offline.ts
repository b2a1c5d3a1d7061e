import { refusals, succeed } from './answers.js'
import { createLineItems } from './create-line-items.js'
import { moveBalances } from './move-balances.js'
import { type OfflineBody, parseOfflineBody } from './offline-body.js'
import { type Invoice, offlineModule, type Payment } from './payment.js'
import { withAllowedOperations } from './payment-machine.js'
import type { StoreState } from './store-state.js'
import { differs, type Write, type WriteInput } from './write.js'

const completed = 3

/** Every create makes a new payment, also with an externalId that is there already: the money is then recorded twice. */
export function createOfflinePayment(
  store: StoreState,
  { body, nowSeconds, listedFromMs }: Omit<WriteInput, 'paymentId'> & { listedFromMs: number },
): Write {
  const parsed = parseOfflineBody(body)
  if ('refusal' in parsed) return { answer: parsed.refusal }
  const paymentId = store.nextPaymentId
  const wanted = readWanted(store.invoices, paymentId, parsed.body)
  if ('answer' in wanted) return wanted
  const { externalId, externalCustomerId, channelId } = parsed.body
  const payment = withAllowedOperations({
    id: paymentId,
    createdAt: nowSeconds,
    updatedAt: nowSeconds,
    storeHash: store.storeHash,
    externalId: externalId ?? null,
    externalCustomerId: externalCustomerId ?? null,
    moduleName: offlineModule,
    fees: [],
    appliedStatus: wanted.processingStatus === completed ? 1 : 0,
    customerName: '',
    allowedOperations: [],
    allowedStatuses: [1, 2, 3, 4],
    ...(channelId === undefined ? {} : { channelId: String(channelId), channelName: `Channel ${channelId}` }),
    ...wanted,
  })
  return {
    answer: succeed({ paymentId }),
    change: {
      payment: { payment, listedFromMs },
      invoices: moveBalances(store.invoices, undefined, payment),
    },
    effect: { paymentId, type: 'createOfflinePayment', ...summarise(payment), changed: true },
  }
}

/** Absolute: what the body leaves out takes its published default, but for the external ids, which have none and stay. */
export function updateOfflinePayment(store: StoreState, { paymentId, body, nowSeconds }: WriteInput): Write {
  const record = store.payments.get(paymentId)
  if (!record) return { answer: refusals.noSuchPayment }
  const before = record.payment
  if (before.moduleName !== offlineModule) return { answer: refusals.notOffline }
  const parsed = parseOfflineBody(body)
  if ('refusal' in parsed) return { answer: parsed.refusal }
  const wanted = readWanted(store.invoices, paymentId, parsed.body)
  if ('answer' in wanted) return wanted
  const after = withAllowedOperations({
    ...before,
    ...wanted,
    externalId: parsed.body.externalId ?? before.externalId,
    externalCustomerId: parsed.body.externalCustomerId ?? before.externalCustomerId,
    updatedAt: nowSeconds,
  })
  return {
    answer: succeed({ paymentId }),
    change: { payment: { ...record, payment: after }, invoices: moveBalances(store.invoices, before, after) },
    effect: { paymentId, type: 'updateOfflinePayment', ...summarise(after), changed: differs(before, after) },
  }
}

type Wanted = Pick<
  Payment,
  | 'lineItems'
  | 'total'
  | 'details'
  | 'customerId'
  | 'payerName'
  | 'payerCustomerId'
  | 'processingStatus'
  | 'fundingStatus'
  | 'moduleData'
>

function readWanted(
  invoices: ReadonlyMap<number, Invoice>,
  paymentId: number,
  body: OfflineBody,
): Wanted | { answer: typeof refusals.noSuchInvoice } {
  const items = createLineItems(paymentId, body.currency, body.lineItems, invoices)
  if ('missingInvoiceId' in items) return { answer: refusals.noSuchInvoice }
  // A balance cannot go down by another currency's money.
  if (body.lineItems.some(({ invoiceId }) => invoices.get(invoiceId)?.openBalance.code !== body.currency)) {
    return { answer: refusals.invalidCurrency }
  }
  const payerName = body.payerName || 'Store offline payment'
  const { memo } = body.details
  return {
    ...items,
    // Published as at least one character, or absent.
    details: memo ? { memo } : {},
    customerId: body.customerId,
    payerName,
    payerCustomerId: body.payerCustomerId || body.customerId,
    processingStatus: body.processingStatus ?? completed,
    fundingStatus: body.fundingStatus ?? 2,
    moduleData: {
      transactions: [{ type: 'OfflineTransaction', memo: memo || payerName, rawTransaction: null }],
    },
  }
}

const summarise = ({ externalId, total, processingStatus }: Payment) => ({
  ...(externalId === null ? {} : { externalId }),
  total: { ...total },
  processingStatus,
})
