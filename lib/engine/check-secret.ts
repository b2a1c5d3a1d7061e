import type { Answer } from '../core/answer.js'
import { listCall } from '../core/api-call.js'
import { Unavailable } from '../core/errors.js'
import type { QuotaReading } from '../core/quota.js'
import type { Access, Credentials, CredentialsResult, PaymentsApi } from './ports.js'

/** What a store's credentials are worth, found out by one cheap read. `why` holds nothing of the secret. */
export type SecretFinding = {
  storeHash: string
  verdict: 'works' | 'missing' | 'rejected' | 'notKnown'
  /** The code with which requests to this store fail. */
  code?: 'CREDENTIALS_MISSING' | 'CREDENTIALS_REJECTED'
  why: string
  httpStatus?: number
  /** What the answer said of the store's quota. */
  quota?: QuotaReading
  /** Whether it holds what the store's webhooks are verified with, and whether a second header is asked of them. */
  webhooks?: 'none' | 'verified' | 'verifiedWithHeader'
}

type Deps = { credentials: Pick<Credentials, 'get'>; api: PaymentsApi }

/** Reads the secret and asks the store with it, once: a person is waiting, and a store that is held may not be hammered. */
export async function checkSecret({ credentials, api }: Deps, storeHash: string): Promise<SecretFinding> {
  try {
    const found = await credentials.get(storeHash)
    if (found.usable) return { ...(await checkAccess({ api }, found.access)), webhooks: webhooksOf(found) }
    return { storeHash, verdict: 'missing', code: 'CREDENTIALS_MISSING', why: found.message }
  } catch (error) {
    // One store's secret out of reach must not hide what the others are worth.
    if (!(error instanceof Unavailable)) throw error
    return { storeHash, verdict: 'notKnown', why: error.message }
  }
}

const webhooksOf = ({
  webhooks,
}: CredentialsResult & { usable: true }): NonNullable<SecretFinding['webhooks']> =>
  webhooks === undefined ? 'none' : webhooks.headerValue === undefined ? 'verified' : 'verifiedWithHeader'

/** How many stores are asked side by side. */
const storesAtOnce = 10

/** The same for many stores, in their order. */
export async function checkSecrets(deps: Deps, storeHashes: string[]): Promise<SecretFinding[]> {
  const findings: SecretFinding[] = []
  for (let from = 0; from < storeHashes.length; from += storesAtOnce) {
    const some = storeHashes.slice(from, from + storesAtOnce)
    findings.push(...(await Promise.all(some.map(storeHash => checkSecret(deps, storeHash)))))
  }
  return findings
}

const timeoutMs = 10_000
/** One payment's row: the cheapest read that needs the credentials. */
const cheapRead = listCall({ offset: 0, limit: 1 })

/** The same for credentials at hand, such as those that are about to be stored. */
export async function checkAccess({ api }: Pick<Deps, 'api'>, access: Access): Promise<SecretFinding> {
  const answer = await api.call(cheapRead, access, timeoutMs)
  return {
    storeHash: access.storeHash,
    ...judge(answer),
    ...(answer.httpStatus !== undefined && { httpStatus: answer.httpStatus }),
    ...(answer.quota && { quota: answer.quota }),
  }
}

function judge(answer: Answer): Pick<SecretFinding, 'verdict' | 'code' | 'why'> {
  const { meaning, message, httpStatus } = answer
  switch (meaning) {
    case 'success':
      return { verdict: 'works', why: 'the API answered a read' }
    case 'credentials': {
      const why = `the API refused the store's token: ${message}`
      return { verdict: 'rejected', code: 'CREDENTIALS_REJECTED', why }
    }
    case 'throttled':
      return { verdict: 'notKnown', why: 'the store is over its quota now; ask again in a minute' }
    default: {
      const isServerError = (httpStatus ?? 0) >= 500
      const hint = isServerError ? " (a token of another store's is answered so as well)" : ''
      return { verdict: 'notKnown', why: `no usable answer: ${message}${hint}` }
    }
  }
}
