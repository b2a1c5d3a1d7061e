/** A decimal string of four places with its currency code. */
export type Money = { code: string; value: string }

export type LineItem = { paymentId: number; invoiceId: number; invoiceNumber: string; amount: Money }

/** A payment as the API publishes it. `createdAt` and `updatedAt` are Unix seconds. */
export type Payment = {
  id: number
  createdAt: number
  updatedAt: number
  storeHash: string
  customerId: string
  externalId: string | null
  externalCustomerId: string | null
  payerName: string
  payerCustomerId: string
  details: { memo?: string }
  moduleName: string
  fees: number[]
  moduleData: {
    orderId?: number
    transactions: { type: string; memo: string; rawTransaction: null }[]
  }
  processingStatus: number
  appliedStatus: number
  fundingStatus: number
  total: Money
  lineItems: LineItem[]
  customerName: string
  allowedOperations: number[]
  allowedStatuses: number[]
  channelId?: string
  channelName?: string
}

/** An invoice as far as payments concern it. A balance below zero is a credit: the customer paid too much. */
export type Invoice = {
  id: number
  invoiceNumber: string
  /** The id of the order that it bills, as text; absent: it comes from none. */
  orderNumber?: string
  originalBalance: Money
  openBalance: Money
}

/** What an order says of its payments; a pull takes it over. An absent status has nothing to say. */
export type Order = { id: number; processingStatus?: number; fundingStatus?: number }

export const offlineModule = 'payments_offline'
export const orderModule = 'payments_bigcommerce_sales_order'
/** The published examples name only the two modules above; this one stands for a card payment through a gateway. */
export const gatewayModule = 'payments_gateway'
