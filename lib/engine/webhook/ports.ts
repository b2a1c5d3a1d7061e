import type { OrderWatch } from '../../core/webhook/order-watch.js'

/** What a store's secret holds for its webhooks. Functions, so that neither a log nor JSON can print them by accident. */
export type WebhookAccess = {
  storeHash: string
  /** Of the secret in Secrets Manager. */
  version: string
  secret: () => string
  /** The second, shared header's value; absent: none is asked for. */
  headerValue?: () => string
}

export type WebhookCredentials = {
  /** Cached; undefined: the store has no secret that webhooks could be verified with. Throws `Unavailable` when nobody can tell. */
  get(storeHash: string): Promise<WebhookAccess | undefined>
  /** Read afresh, but no more often than every so often: a forger must not make us read. undefined: nothing newer than `version`. */
  refresh(storeHash: string, version: string): Promise<WebhookAccess | undefined>
}

/** What a signature is of: the three parts that the Standard Webhooks specification signs, and the header that holds it. */
export type SignedMessage = {
  id: string
  /** Unix seconds, digits only, as the header says it. */
  timestamp: string
  /** The raw body, byte for byte. */
  body: string
  /** The `webhook-signature` header: one or several, with spaces between. */
  signature: string
}

/** Compares in constant time. Never throws. */
export type VerifySignature = (secret: string, message: SignedMessage) => boolean

export type IntakeQueue = {
  /** Throws `Unavailable`: then nobody knows whether the queue has it. */
  send(message: { body: string; groupId: string; deduplicationId: string }): Promise<void>
}

/** Throws `Unavailable` when it cannot answer. */
export type OrderWatches = {
  /** A consistent read; of an order that nobody has heard of an empty watch of `rev` 0. */
  read(storeHash: string, orderId: string, operationCode: number): Promise<OrderWatch>
  /** Replaces the watch of `watch.rev` and returns it with the next. Throws `StaleLease` when somebody was faster. */
  save(watch: OrderWatch): Promise<OrderWatch>
}
