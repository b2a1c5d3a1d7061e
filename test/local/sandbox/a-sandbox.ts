import type {
  PaymentSeed,
  Sandbox,
  SandboxOptions,
  StoreSeed,
} from '../../../lib/local/sandbox/start-sandbox.js'
import { startSandbox } from '../../../lib/local/sandbox/start-sandbox.js'
import { createManualClock } from './manual-clock.js'

const running: Sandbox[] = []

/** Two stores, `alpha` (X-Auth-Token) and `beta` (authToken), on a clock that stands still unless another is given. */
export async function aSandbox(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({ clock: createManualClock(), stores: [alpha(), beta()], ...options })
  running.push(sandbox)
  return sandbox
}

export async function stopSandboxes(): Promise<void> {
  await Promise.all(running.splice(0).map(sandbox => sandbox.stop()))
}

export const alphaToken = 'alpha-token'
export const betaToken = 'beta-token'

/** Completed and unapplied, 20.0000 on invoice 141. */
export const aPayment = (seed: Partial<PaymentSeed> = {}): PaymentSeed => ({
  id: 117,
  currency: 'USD',
  lineItems: [{ invoiceId: 141, amount: '20.00' }],
  ...seed,
})

export const alpha = (payments: PaymentSeed[] = [aPayment()], seed: Partial<StoreSeed> = {}): StoreSeed => ({
  storeHash: 'alpha',
  accessToken: alphaToken,
  payments,
  invoices: [141, 142, 143].map(id => ({ id, currency: 'USD', originalBalance: '100.00' })),
  ...seed,
})

export const beta = (): StoreSeed => ({
  storeHash: 'beta',
  authToken: betaToken,
  payments: [{ ...aPayment(), currency: 'EUR' }],
  invoices: [{ id: 141, currency: 'EUR', originalBalance: '100.00' }],
})

export const alphaHeaders = { 'X-Auth-Token': alphaToken, 'X-Store-Hash': 'alpha' }

/** What an integration sees: the status, the headers, and the body as text and, if it is JSON, parsed. */
export type Seen = { status: number; headers: Headers; text: string; json: unknown }

/** Calls the sandbox as store alpha unless other headers are given; rejects when the connection breaks. */
export async function call(
  sandbox: Sandbox,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = alphaHeaders,
): Promise<Seen> {
  const content = body === undefined ? {} : { body: JSON.stringify(body) }
  const type = body === undefined ? {} : { 'Content-Type': 'application/json' }
  const response = await fetch(sandbox.url + path, { method, ...content, headers: { ...type, ...headers } })
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, json: parseJson(text) }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Pages, halves and empty bodies are looked at as text.
    return undefined
  }
}

export const anOfflineBody = (fields: Record<string, unknown> = {}): Record<string, unknown> => ({
  lineItems: [{ invoiceId: 141, amount: '20.00' }],
  currency: 'USD',
  details: { memo: 'Check 12' },
  customerId: '113',
  externalId: 'A-1',
  ...fields,
})
