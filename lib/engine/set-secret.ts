import { readSigningKeys } from '../core/webhook/signing-keys.js'
import { checkAccess, type SecretFinding } from './check-secret.js'
import type { Access, PaymentsApi, SecretWriter } from './ports.js'

export type SecretKind = 'accessToken' | 'authToken' | 'webhookSecret' | 'webhookHeader'

export type SecretInput = {
  storeHash: string
  kind: SecretKind
  /** A function, so that neither a log nor JSON can print it by accident. */
  value: () => string
  /** Whether the API is asked before it is stored; what webhooks are verified with cannot be tried. */
  checks: boolean
}

export type SecretSet =
  | { stored: true; name: string; wasThere: boolean; finding?: SecretFinding }
  | { stored: false; why: string; finding?: SecretFinding }

type Deps = { api: PaymentsApi; secretWriter: SecretWriter }

/** Stores a store's token once the API has taken it; what else its secret holds is kept. */
export async function setSecret(deps: Deps, input: SecretInput): Promise<SecretSet> {
  const { storeHash, kind, value, checks } = input
  if (!/^[\x21-\x7e]{1,4096}$/.test(value()))
    return { stored: false, why: 'it is not 1 to 4096 visible ASCII characters; nothing was stored' }
  if (kind === 'webhookSecret' && readSigningKeys(value()).length === 0)
    return { stored: false, why: 'what follows whsec_ is not the base64 of a key; nothing was stored' }
  if (isOfWebhooks(kind) || !checks) return { stored: true, ...(await store(deps, input)) }
  const access: Access = { storeHash, scheme: kind, token: value }
  const finding = await checkAccess(deps, access)
  if (finding.verdict !== 'works')
    return { stored: false, why: `nothing was stored: ${finding.why}`, finding }
  return { stored: true, ...(await store(deps, input)), finding }
}

const isOfWebhooks = (kind: SecretKind): kind is 'webhookSecret' | 'webhookHeader' =>
  kind === 'webhookSecret' || kind === 'webhookHeader'

const store = (
  { secretWriter }: Deps,
  { storeHash, kind, value }: SecretInput,
): ReturnType<SecretWriter['change']> =>
  secretWriter.change(storeHash, content => {
    if (isOfWebhooks(kind)) return { storeHash, ...content, [kind]: value() }
    // One kind of token at a time: the two must not be mixed.
    const { accessToken: _, authToken: __, ...kept } = content
    return { ...kept, storeHash, [kind]: value() }
  })
