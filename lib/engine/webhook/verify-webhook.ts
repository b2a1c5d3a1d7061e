import { createHash, timingSafeEqual } from 'node:crypto'
import type { ClaimedWebhook } from '../../core/webhook/read-call.js'
import type { VerifySignature, WebhookAccess, WebhookCredentials } from './ports.js'

type Deps = { webhookCredentials: WebhookCredentials; verifySignature: VerifySignature }

/**
 * Whether it was signed with the store's secret and brings the shared header, where the store's secret asks for one. A
 * miss reads the secret afresh, so that a rotation drops nothing. Throws `Unavailable` when nobody can tell.
 */
export async function verifyWebhook(deps: Deps, webhook: ClaimedWebhook): Promise<boolean> {
  const { storeHash } = webhook
  const access = await deps.webhookCredentials.get(storeHash)
  if (access === undefined) return false
  if (isProven(deps, access, webhook)) return true
  const fresh = await deps.webhookCredentials.refresh(storeHash, access.version)
  return fresh !== undefined && isProven(deps, fresh, webhook)
}

function isProven({ verifySignature }: Deps, access: WebhookAccess, webhook: ClaimedWebhook): boolean {
  const isSigned = verifySignature(access.secret(), webhook)
  const wanted = access.headerValue?.()
  return isSigned && (wanted === undefined || isSame(wanted, webhook.sharedValue ?? ''))
}

/** In a time that says nothing of either, nor of how long they are. */
const isSame = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other))

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
