import { type Answer, refusals } from './answers.js'

export type Endpoint =
  | 'listInvoices'
  | 'listPayments'
  | 'getPayment'
  | 'deletePayment'
  | 'getOperations'
  | 'performOperation'
  | 'updateProcessingStatus'
  | 'listTransactions'
  | 'createOfflinePayment'
  | 'updateOfflinePayment'

export type Route = { endpoint: Endpoint; paymentId: number }

// The literal path comes before the pattern that would take "offline" for an id.
const routes: { path: RegExp; methods: Record<string, Endpoint> }[] = [
  { path: /^\/invoices$/, methods: { GET: 'listInvoices' } },
  { path: /^\/payments$/, methods: { GET: 'listPayments' } },
  { path: /^\/payments\/offline$/, methods: { POST: 'createOfflinePayment' } },
  { path: /^\/payments\/offline\/([^/]+)$/, methods: { PUT: 'updateOfflinePayment' } },
  { path: /^\/payments\/([^/]+)$/, methods: { GET: 'getPayment', DELETE: 'deletePayment' } },
  { path: /^\/payments\/([^/]+)\/operations$/, methods: { GET: 'getOperations', POST: 'performOperation' } },
  { path: /^\/payments\/([^/]+)\/processing-status$/, methods: { PUT: 'updateProcessingStatus' } },
  { path: /^\/payments\/([^/]+)\/transactions$/, methods: { GET: 'listTransactions' } },
]

/** An id is published as a number, fractions and exponents included; whether there is such a payment is another matter. */
const numeric = /^\d+(\.\d+)?([eE][+-]?\d+)?$/

/** The endpoint, or its refusal. `paymentId` is NaN where the path has none. */
export function findRoute(method: string, path: string): Route | { refusal: Answer } {
  for (const { path: pattern, methods } of routes) {
    const match = pattern.exec(path)
    if (!match) continue
    const id = match[1]
    if (id !== undefined && !numeric.test(id)) break
    const endpoint = methods[method]
    return endpoint ? { endpoint, paymentId: Number(id) } : { refusal: refusals.methodNotAllowed }
  }
  return { refusal: refusals.noSuchPath }
}
