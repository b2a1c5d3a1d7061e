import { createPaymentsApi } from '../../../lib/adapters/payments-api.js'
import { systemClock } from '../../../lib/adapters/system.js'
import type { Answer } from '../../../lib/core/answer.js'
import type { ApiCall, CallKind } from '../../../lib/core/api-call.js'
import { exampleStores } from '../../../lib/local/sandbox/example-stores.js'
import {
  type PaymentSeed,
  type Sandbox,
  type StoreSeed,
  startSandbox,
} from '../../../lib/local/sandbox/start-sandbox.js'
import { anAccess } from '../../adapters/payments-api-setup.js'
import { atTheEnd } from '../../support/endings.js'
import { expectNoSentinel, sentinelToken } from '../../support/sentinel.js'
import { type Exchange, recordExchanges } from './record-exchanges.js'
import { startPrism } from './start-prism.js'

const seed = (fields: Partial<PaymentSeed> & { id: number }): PaymentSeed => ({
  currency: 'USD',
  lineItems: [{ invoiceId: 1101, amount: '1.00' }],
  ...fields,
})

/** Beside the example's payments: what only some stores have. */
const extraPayments = [
  seed({ id: 501, allowedOperations: [3] }),
  seed({ id: 502, channelId: '1', externalId: 'A-1', externalCustomerId: 'C-1' }),
  seed({ id: 503, channelId: '2', externalId: 'A-10', processingStatus: 2 }),
  seed({ id: 504, processingStatus: 4, moduleName: 'payments_offline' }),
  seed({ id: 505, processingStatus: 0, allowedStatuses: [1, 2, 3] }),
]

function judgedStore(): StoreSeed {
  const [example] = exampleStores({ luma7x2: { accessToken: sentinelToken } })
  if (example === undefined) throw new Error('the example has no store')
  return { ...example, payments: [...example.payments, ...extraPayments] }
}

/** What our client made of a call, and what went over the wire for it. */
export type Judged<K extends CallKind> = { answer: Answer<K>; exchange: Exchange }

export type JudgedStore = {
  sandbox: Sandbox
  /** Leads to Prism as well: for requests that our client would not send. */
  url: string
  exchanges: Exchange[]
  /** One call by our own client, through Prism, to the sandbox. */
  call<K extends CallKind>(call: ApiCall<K>): Promise<Judged<K>>
}

/** Our client, the recorder, Prism and the sandbox, one behind the other. */
export async function startJudgedStore(): Promise<JudgedStore> {
  const sandbox = await startSandbox({
    clock: systemClock,
    stores: [judgedStore()],
    quota: { limit: 1_000_000, windowMs: 60_000 },
    listLagMs: 0,
  })
  atTheEnd(() => sandbox.stop())
  const prism = await startPrism(sandbox.url)
  const { url, exchanges } = await recordExchanges(prism.url)
  const api = createPaymentsApi({ clock: systemClock }, url)
  const call = async <K extends CallKind>(call: ApiCall<K>): Promise<Judged<K>> => {
    const before = exchanges.length
    const answer = await api.call(call, anAccess(), 5_000)
    expectNoSentinel(answer)
    const exchange = exchanges[before]
    if (exchange === undefined || exchanges.length !== before + 1) {
      throw new Error(`${call.method} ${call.path} made ${exchanges.length - before} exchanges, want one`)
    }
    return { answer, exchange }
  }
  return { sandbox, url, exchanges, call }
}
