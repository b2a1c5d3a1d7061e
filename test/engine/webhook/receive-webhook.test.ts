import { describe, expect, it } from '@jest/globals'
import { verifySignature } from '../../../lib/adapters/webhook-signature.js'
import { Unavailable } from '../../../lib/core/errors.js'
import { parseWebhookRules } from '../../../lib/core/webhook/webhook-rules.js'
import type { IntakeQueue, WebhookAccess } from '../../../lib/engine/webhook/ports.js'
import { receiveWebhook } from '../../../lib/engine/webhook/receive-webhook.js'
import { createLeapingClock } from '../../support/leaping-clock.js'
import { createRecordedLog } from '../../support/recorded-log.js'
import { createRecordedMetrics } from '../../support/recorded-metrics.js'
import { catchError } from '../../support/sentinel.js'
import { type SignedCall, signCall } from '../../support/signed-call.js'

const secret = '0a1b2c3d4e5f60718293a4b5c6d7e8f9'
const timestamp = 1_795_334_400
const accessOf = (version: string, text: string, header?: string): WebhookAccess => ({
  storeHash: 'luma7x2',
  version,
  secret: () => text,
  ...(header !== undefined && { headerValue: () => header }),
})

function aDoor({
  cached = accessOf('v1', secret),
  fresh,
}: {
  cached?: WebhookAccess
  fresh?: WebhookAccess
} = {}) {
  const clock = createLeapingClock(timestamp * 1000)
  const sent: Parameters<IntakeQueue['send']>[0][] = []
  const metrics = createRecordedMetrics()
  const log = createRecordedLog()
  const deps = {
    clock,
    log,
    metrics,
    rules: parseWebhookRules(undefined, undefined),
    webhookCredentials: {
      get: async (storeHash: string) => (storeHash === 'luma7x2' ? cached : undefined),
      refresh: async () => fresh,
    },
    verifySignature,
    intake: { send: async (message: (typeof sent)[number]) => void sent.push(message) },
  }
  const receive = ({ headers, body }: SignedCall, raw: Uint8Array = Buffer.from(body)) =>
    receiveWebhook(deps, { method: 'POST', headers, body: raw })
  return { deps, clock, sent, metrics, log, receive }
}

const call = signCall({ secret, timestamp })

describe('receiveWebhook', () => {
  it('refuses the call when any one byte of its body is another', async () => {
    const { receive, sent } = aDoor()
    const whole = Buffer.from(call.body)
    expect(await receive(call, whole)).toBe(200)
    const statuses = new Set<number>()
    for (let index = 0; index < whole.length; index += 1)
      for (const bit of [0x01, 0x20, 0x80]) {
        const changed = Buffer.from(whole)
        changed[index] = (whole[index] ?? 0) ^ bit
        statuses.add(await receive(call, changed))
      }
    expect([...statuses]).toEqual([401])
    expect(sent).toHaveLength(1)
  })

  it('refuses the call when the body has a byte more or less', async () => {
    const { receive } = aDoor()
    const { body } = call
    for (const other of [`${body} `, ` ${body}`, body.slice(0, -1), `${body}\n`, `\uFEFF${body}`])
      expect(await receive({ ...call, body: other })).toBe(401)
  })

  it.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])(
    'refuses the call when any one byte of its %s is another',
    async name => {
      const { receive, sent } = aDoor()
      const value = call.headers[name] ?? ''
      expect(value.length).toBeGreaterThan(5)
      for (let index = 0; index < value.length; index += 1)
        for (const bit of [0x01, 0x02, 0x20]) {
          const changed = String.fromCharCode(value.charCodeAt(index) ^ bit)
          const headers = {
            ...call.headers,
            [name]: value.slice(0, index) + changed + value.slice(index + 1),
          }
          expect(await receive({ ...call, headers })).toBe(401)
        }
      expect(sent).toEqual([])
    },
  )

  it('refuses a replay after ten minutes', async () => {
    const { receive, clock } = aDoor()
    expect(await receive(call)).toBe(200)
    clock.advance(600_000)
    expect(await receive(call)).toBe(401)
  })

  it("refuses one store's webhook that another store signed", async () => {
    const { receive } = aDoor()
    expect(await receive(signCall({ secret, timestamp, storeHash: 'nordic4b' }))).toBe(401)
  })

  it('takes what verifies by the secret as it is after a rotation', async () => {
    const { receive, metrics } = aDoor({ cached: accessOf('v1', 'before'), fresh: accessOf('v2', secret) })
    expect(await receive(call)).toBe(200)
    expect(metrics.counted).toEqual([['WebhooksStored', 1]])
  })

  it('takes what brings the shared header as it is after a rotation', async () => {
    const { receive } = aDoor({ cached: accessOf('v1', secret, 'old'), fresh: accessOf('v2', secret, 'new') })
    expect(await receive({ ...call, headers: { ...call.headers, 'x-payops-webhook': 'new' } })).toBe(200)
    expect(await receive(call)).toBe(401)
  })

  it('refuses a shared header without a signature', async () => {
    const { receive } = aDoor({ cached: accessOf('v1', 'other', 'shared') })
    expect(await receive({ ...call, headers: { ...call.headers, 'x-payops-webhook': 'shared' } })).toBe(401)
  })

  it('keys what cannot be read by the id of its delivery', async () => {
    const { receive, sent } = aDoor()
    const unreadable = signCall({ secret, timestamp, id: 'msg_7', data: null })
    expect([await receive(unreadable), await receive(unreadable)]).toEqual([200, 200])
    expect(sent[0]?.deduplicationId).toBe(sent[1]?.deduplicationId)
    expect(sent[0]?.deduplicationId).toMatch(/^[0-9a-f]{64}$/)
  })

  it('answers 503 where the ground gives way, and says nothing of the call', async () => {
    const { deps, receive, log, metrics } = aDoor()
    deps.intake.send = async () => {
      throw new Unavailable('the webhook queue did not take a message: TimeoutError')
    }
    expect(await receive(call)).toBe(503)
    const error = 'the webhook queue did not take a message: TimeoutError'
    const message = 'a webhook was not taken: its store sends it again'
    expect(log.lines).toEqual([{ level: 'warn', message, fields: { error } }])
    expect(metrics.counted).toEqual([
      ['GroundFailures', 1],
      ['WebhooksNotTaken', 1],
    ])
  })

  it('answers 503 where nobody can tell whether the secret was rotated', async () => {
    const { deps, receive, metrics } = aDoor({ cached: accessOf('v1', 'before') })
    deps.webhookCredentials.refresh = async () => {
      throw new Unavailable('Secrets Manager did not answer for payops/luma7x2: TimeoutError')
    }
    expect(await receive(call)).toBe(503)
    expect(metrics.counted).toContainEqual(['WebhooksNotTaken', 1])
  })

  it('does not take a bug for an outage', async () => {
    const { deps, receive } = aDoor()
    deps.intake.send = async () => {
      throw new TypeError('x is not a function')
    }
    expect(await catchError(() => receive(call))).toBeInstanceOf(TypeError)
  })
})
