import type { IncomingHttpHeaders } from 'node:http'
import { type Answer, refusals } from './answers.js'
import type { StoreSeed } from './store-seed.js'

export type StoreTokens = { accessToken?: string; authToken?: string }

/** Who calls. A refused caller is named as well where the store is known, so that a test can count calls with an old token. */
export type Caller = { storeHash: string | undefined; refusal: Answer | undefined }

export type Credentials = {
  recognise(headers: IncomingHttpHeaders): Caller
  /** The kinds of token that are named are replaced; the ones before are refused from now on. */
  rotate(storeHash: string, next: StoreTokens): void
}

export function createCredentials(stores: StoreSeed[]): Credentials {
  const current = new Map<string, StoreTokens>()
  const ownerOf = new Map<string, string>()
  const rotate = (storeHash: string, next: StoreTokens) => {
    const { accessToken, authToken } = { ...current.get(storeHash), ...next }
    current.set(storeHash, { ...(accessToken ? { accessToken } : {}), ...(authToken ? { authToken } : {}) })
    for (const token of [accessToken, authToken]) if (token) ownerOf.set(token, storeHash)
  }
  for (const { storeHash, accessToken, authToken } of stores) {
    rotate(storeHash, { ...(accessToken ? { accessToken } : {}), ...(authToken ? { authToken } : {}) })
  }

  const recogniseLegacy = (token: string): Caller => {
    const storeHash = ownerOf.get(token)
    const valid = storeHash !== undefined && current.get(storeHash)?.authToken === token
    return { storeHash, refusal: valid ? undefined : refusals.badCredentials }
  }

  const recognisePair = (token: string | undefined, claimedHash: string | undefined): Caller => {
    const storeHash = claimedHash !== undefined && current.has(claimedHash) ? claimedHash : undefined
    if (token === undefined) return { storeHash, refusal: refusals.badCredentials }
    if (claimedHash === undefined)
      return { storeHash: ownerOf.get(token), refusal: refusals.badCredentialPair }
    const owner = ownerOf.get(token)
    if (owner === undefined) return { storeHash, refusal: refusals.badCredentials }
    if (owner !== claimedHash) return { storeHash, refusal: refusals.badCredentialPair }
    const valid = current.get(owner)?.accessToken === token
    return { storeHash: owner, refusal: valid ? undefined : refusals.badCredentials }
  }

  return {
    rotate,
    recognise(headers) {
      const legacy = readHeader(headers, 'authtoken')
      const token = readHeader(headers, 'x-auth-token')
      const hash = readHeader(headers, 'x-store-hash')
      if (legacy === undefined) return recognisePair(token, hash)
      if (token === undefined && hash === undefined) return recogniseLegacy(legacy)
      return { storeHash: ownerOf.get(legacy), refusal: refusals.badCredentialPair }
    },
  }
}

function readHeader(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name]
  return Array.isArray(value) ? value[0] : value
}
