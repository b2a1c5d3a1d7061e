import type { Webhook } from '../../core/webhook/webhook.js'
import { chooseOperation, type WebhookRules } from '../../core/webhook/webhook-rules.js'
import type { OrderWatches } from './ports.js'

type Deps = { watches: Pick<OrderWatches, 'read'>; rules: WebhookRules }

/**
 * Whether a look at its order has answered a webhook. Where the functions have other rules than the ones here the watch is another
 * order's and says no: then a redrive finds out.
 */
export async function isAnswered({ watches, rules }: Deps, webhook: Webhook): Promise<boolean> {
  const { storeHash, orderId, hash } = webhook
  const operationCode = chooseOperation({ ...rules, offFor: new Set() }, webhook)
  if (operationCode === undefined) return false
  const { known } = await watches.read(storeHash, orderId, operationCode)
  return known.some(one => one.hash === hash)
}
