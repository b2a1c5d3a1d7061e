/** What the bench's processes say to each other over Node's own channel. Each message is answered by exactly one. */

/** How the world behaves from now on. */
export type Weather = {
  /** How long each call of the API takes, one after the other, from the beginning again. */
  apiLatenciesMs: number[]
  quota: { limit: number; windowMs: number }
}

export type WorldQuestion = { kind: 'set'; weather: Weather } | { kind: 'clear' } | { kind: 'take' }

/** What reached the world since the last `take`. */
export type Traffic = {
  /** By service and action: `DynamoDB PutItem`, `API POST /payments/{id}/operations`. */
  calls: Record<string, number>
  /** On-demand units of DynamoDB, indexes included, as AWS counts them from the sizes of the items. */
  units: { read: number; write: number }
  /** Operations in the order in which the API carried them out. */
  effects: { paymentId: string; operationCode: number }[]
  /** The most calls that were under way at once for one payment. */
  sidewaysMax: number
  events: number
  cpuMs: number
}

/** First, once, how to reach it, as a worker's environment; then the answers. */
export type WorldAnswer = { environment: Record<string, string> } | Traffic

export type WorkerQuestion =
  | { kind: 'load'; bundle: string }
  /** A full collection of garbage: what the heap holds then is what is kept. */
  | { kind: 'collect' }
  /** Hands over batches, one after the other, as one Lambda container gets them. */
  | {
      kind: 'invoke'
      firstId: number
      messages: number
      batchSize: number
      /** Each message of a payment of its own, or all of one. */
      payments: 'distinct' | 'one'
    }

export type WorkerAnswer = {
  /** Of the loading, or of all invocations together. */
  wallMs: number
  cpuMs: number
  /** Of each invocation. */
  invocationsMs: number[]
  /** Messages that were given back. */
  returned: number
  peakRssMb: number
  heapMb: number
}

export type BenchStore = { storeHash: string; token: string; secretName: string }

export const benchTables = { ledger: 'payops-bench-ledger', idempotency: 'payops-bench-idempotency' }
