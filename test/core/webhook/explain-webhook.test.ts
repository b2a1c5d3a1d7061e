import { describe, expect, it } from '@jest/globals'
import { explainWebhook } from '../../../lib/core/webhook/explain-webhook.js'
import { readIntake } from '../../../lib/core/webhook/webhook.js'
import { aWebhookBody } from '../../support/webhook-letters.js'

const explain = (body: string, attributes: { errorCode?: string; errorMessage?: string } = {}) =>
  explainWebhook(readIntake(body), attributes, false)

describe('explainWebhook', () => {
  it('says which order was not followed up, and why', () => {
    const attributes = { errorCode: 'RETRIES_EXHAUSTED', errorMessage: 'HTTP 500: no answer' }
    expect(explain(aWebhookBody('250'), attributes)).toEqual({
      meaning: 'notExecuted',
      why: 'the payments of order 250 were not pulled: HTTP 500: no answer',
      next: 'safe to redrive once the API answers again',
    })
  })

  it('calls one whose order has been looked at since done, whatever it failed with', () => {
    const attributes = { errorCode: 'REJECTED_BY_API', errorMessage: 'HTTP 422' }
    expect(explainWebhook(readIntake(aWebhookBody('250')), attributes, true)).toMatchObject({
      meaning: 'done',
    })
  })

  it('has a refused one mended first', () => {
    const attributes = { errorCode: 'CREDENTIALS_REJECTED', errorMessage: 'the API refused the token' }
    expect(explain(aWebhookBody('250'), attributes)).toMatchObject({
      meaning: 'rejected',
      why: 'the payments of order 250 were not pulled: the API refused the token',
      next: "renew the store's token, then redrive",
    })
    expect(explain(aWebhookBody('250'), attributes)).not.toHaveProperty('never')
  })

  it('lets one that SQS moved be redriven: its requests are the same', () => {
    expect(explain(aWebhookBody('250'))).toMatchObject({ meaning: 'notExecuted' })
  })

  it('has a readable one redriven that the operations queue refused for no request', () => {
    const attributes = { errorCode: 'INVALID_REQUEST', errorMessage: 'webhook: unknown key' }
    const explanation = explain(aWebhookBody('250'), attributes)
    expect(explanation).toMatchObject({ meaning: 'notExecuted' })
    expect(explanation).not.toHaveProperty('never')
  })

  it('never has an unreadable one redriven, whatever moved it', () => {
    const body = JSON.stringify({
      webhook: { scope: 's', storeHash: 'abc', unreadable: 'data.order_id is missing' },
    })
    const attributes = { errorCode: 'INVALID_REQUEST', errorMessage: 'data.order_id is missing' }
    for (const told of [attributes, {}])
      expect(explain(body, told)).toMatchObject({
        meaning: 'rejected',
        never: true,
        why: 'a webhook that cannot be read: data.order_id is missing',
      })
  })
})
