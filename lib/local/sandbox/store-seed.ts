import { formatAmount, readAmount } from './amount.js'
import { createLineItems } from './create-line-items.js'
import { moveBalances } from './move-balances.js'
import {
  gatewayModule,
  type Invoice,
  type Order,
  offlineModule,
  orderModule,
  type Payment,
} from './payment.js'
import { withAllowedOperations } from './payment-machine.js'
import type { StoreState } from './store-state.js'

/** What is left out takes the value of a completed, unapplied gateway payment. */
export type PaymentSeed = {
  id: number
  currency: string
  lineItems: { invoiceId: number; amount: string }[]
  processingStatus?: number
  appliedStatus?: number
  fundingStatus?: number
  moduleName?: string
  /** Makes it a payment that comes from this order. */
  orderId?: number
  /** Absent: what the state allows. Code 3 stays allowed through all writes. */
  allowedOperations?: number[]
  allowedStatuses?: number[]
  customerId?: string
  customerName?: string
  externalId?: string
  externalCustomerId?: string
  payerName?: string
  memo?: string
  channelId?: string
  createdAt?: number
  updatedAt?: number
}

/** `openBalance` absent: the original balance less what the seeded payments have applied. */
export type InvoiceSeed = {
  id: number
  currency: string
  originalBalance: string
  openBalance?: string
  invoiceNumber?: string
  /** Makes it the invoice of this order. */
  orderNumber?: string
}

export type OrderSeed = Order

export type StoreSeed = {
  storeHash: string
  /** Goes with the store hash: `X-Auth-Token` and `X-Store-Hash`. */
  accessToken?: string
  /** The old kind: the header `authToken` alone. */
  authToken?: string
  /** The API account's client secret: the store's webhooks are signed with it. Absent: with an empty one, which nobody verifies. */
  webhookSecret?: string
  payments: PaymentSeed[]
  invoices: InvoiceSeed[]
  orders?: OrderSeed[]
}

// 2021-04-16, the time of the published examples: long before any write of today.
const longAgo = 1_618_590_401

export function createStoreState(seed: StoreSeed): StoreState {
  const invoices = new Map(seed.invoices.map(invoice => [invoice.id, createInvoice(invoice)]))
  const payments = seed.payments.map(payment => createPayment(seed.storeHash, payment, invoices))
  const fixedBalances = new Set(
    seed.invoices.flatMap(({ id, openBalance }) => (openBalance === undefined ? [] : [id])),
  )
  for (const payment of payments) {
    for (const invoice of moveBalances(invoices, undefined, payment)) {
      if (!fixedBalances.has(invoice.id)) invoices.set(invoice.id, invoice)
    }
  }
  return {
    storeHash: seed.storeHash,
    payments: new Map(payments.map(payment => [payment.id, { payment, listedFromMs: 0 }])),
    invoices,
    orders: new Map((seed.orders ?? []).map(order => [order.id, { ...order }])),
    nextPaymentId: Math.max(0, ...payments.map(payment => payment.id)) + 1,
  }
}

function createInvoice(seed: InvoiceSeed): Invoice {
  const { id, currency, originalBalance, openBalance, invoiceNumber, orderNumber } = seed
  const money = (value: string) => ({ code: currency, value: formatAmount(readAmount(value)) })
  return {
    id,
    invoiceNumber: invoiceNumber ?? String(id).padStart(8, '0'),
    ...(orderNumber === undefined ? {} : { orderNumber }),
    originalBalance: money(originalBalance),
    openBalance: money(openBalance ?? originalBalance),
  }
}

function createPayment(
  storeHash: string,
  seed: PaymentSeed,
  invoices: ReadonlyMap<number, Invoice>,
): Payment {
  const items = createLineItems(seed.id, seed.currency, seed.lineItems, invoices)
  if ('missingInvoiceId' in items) {
    throw new Error(
      `seed of ${storeHash}: payment ${seed.id} names invoice ${items.missingInvoiceId}, which is not seeded`,
    )
  }
  const moduleName = seed.moduleName ?? (seed.orderId === undefined ? gatewayModule : orderModule)
  const customerId = seed.customerId ?? '6041'
  const createdAt = seed.createdAt ?? longAgo
  const memo = seed.memo || `Payment ${seed.id}`
  const payment = withAllowedOperations({
    id: seed.id,
    createdAt,
    updatedAt: seed.updatedAt ?? createdAt,
    storeHash,
    customerId,
    externalId: seed.externalId ?? null,
    externalCustomerId: seed.externalCustomerId ?? null,
    payerName: seed.payerName ?? 'Check',
    payerCustomerId: customerId,
    details: { memo },
    moduleName,
    fees: [],
    moduleData: {
      ...(seed.orderId === undefined ? {} : { orderId: seed.orderId }),
      transactions: [{ type: transactionType(moduleName), memo, rawTransaction: null }],
    },
    processingStatus: seed.processingStatus ?? 3,
    appliedStatus: seed.appliedStatus ?? 0,
    fundingStatus: seed.fundingStatus ?? 2,
    ...items,
    customerName: seed.customerName ?? '',
    allowedOperations: seed.allowedOperations ?? [],
    allowedStatuses: seed.allowedStatuses ?? [1, 2, 3, 4],
    ...(seed.channelId === undefined
      ? {}
      : { channelId: seed.channelId, channelName: `Channel ${seed.channelId}` }),
  })
  return seed.allowedOperations ? { ...payment, allowedOperations: [...seed.allowedOperations] } : payment
}

function transactionType(moduleName: string): string {
  if (moduleName === offlineModule) return 'OfflineTransaction'
  return moduleName === orderModule ? 'UnknownTransaction' : 'CreditCardTransaction'
}
