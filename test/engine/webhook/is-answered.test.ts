import { describe, expect, it } from '@jest/globals'
import { asEpochMs } from '../../../lib/core/time.js'
import { newWatch } from '../../../lib/core/webhook/order-watch.js'
import { readIntake, type Webhook } from '../../../lib/core/webhook/webhook.js'
import { parseWebhookRules } from '../../../lib/core/webhook/webhook-rules.js'
import { isAnswered } from '../../../lib/engine/webhook/is-answered.js'
import { aWebhookBody } from '../../support/webhook-letters.js'

const webhookOf = (orderId: string): Webhook => {
  const read = readIntake(aWebhookBody(orderId))
  if (!read.valid) throw new Error(read.why)
  return read.webhook
}
/** Order 250 was looked at for operation 2, and that answered its webhook. */
const watches = {
  read: async (storeHash: string, orderId: string, operationCode: number) => ({
    ...newWatch({ storeHash, orderId, operationCode }, asEpochMs(0)),
    known: orderId === '250' && operationCode === 2 ? [{ hash: 'hash-of-250', createdAt: 1 }] : [],
  }),
}
const ask = (orderId: string, rules?: string, offFor?: string) =>
  isAnswered({ watches, rules: parseWebhookRules(rules, offFor) }, webhookOf(orderId))

describe('isAnswered', () => {
  it('knows a webhook that the order was looked at for', async () => {
    expect(await ask('250')).toBe(true)
    expect(await ask('251')).toBe(false)
  })

  it('knows it though the store has been switched off since', async () => {
    expect(await ask('250', undefined, 'abc')).toBe(true)
  })

  it('says no where the rules lead elsewhere, or to nothing', async () => {
    expect(await ask('250', '{"store/order/statusUpdated":0}')).toBe(false)
    expect(await ask('250', '{"store/order/statusUpdated":"off"}')).toBe(false)
  })
})
