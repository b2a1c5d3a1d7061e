import { describe, expect, it } from '@jest/globals'
import { readAnswer } from '../../lib/core/answer.js'
import type { CallKind } from '../../lib/core/api-call.js'
import { Unavailable } from '../../lib/core/errors.js'
import { asEpochMs } from '../../lib/core/time.js'
import { checkSecret } from '../../lib/engine/check-secret.js'
import type { Credentials, PaymentsApi } from '../../lib/engine/ports.js'
import { expectNoSentinel, sentinelToken } from '../support/sentinel.js'

const usable: Credentials['get'] = async storeHash => ({
  usable: true,
  version: 'v-1',
  access: { storeHash, scheme: 'accessToken', token: () => sentinelToken },
})

const answering = (status: number, headers: Record<string, string> = {}): PaymentsApi => ({
  call: async <K extends CallKind>({ kind }: { kind: K }) =>
    readAnswer(kind, {
      kind: 'answered',
      status,
      headers,
      body: JSON.stringify({ code: status, data: [], meta: { message: status === 200 ? 'SUCCESS' : 'no' } }),
      receivedAt: asEpochMs(0),
    }),
})

describe('checkSecret', () => {
  it('says that credentials work, and what is left of the quota', async () => {
    const api = answering(200, {
      'x-requests-allocated': '150 times/60 s',
      'x-requests-remaining': '149 times',
      'x-request-window-resets-after': '0.3 s',
    })
    const found = await checkSecret({ credentials: { get: usable }, api }, 'luma7x2')
    expect(found).toMatchObject({
      storeHash: 'luma7x2',
      verdict: 'works',
      quota: { limit: 150, remaining: 149, resetsInMs: 300 },
    })
    expectNoSentinel(found)
  })

  it.each([
    [401, 'rejected', 'CREDENTIALS_REJECTED'],
    [403, 'rejected', 'CREDENTIALS_REJECTED'],
    [429, 'notKnown', undefined],
    [500, 'notKnown', undefined],
    [404, 'notKnown', undefined],
  ])('reads %i as %s', async (status, verdict, code) => {
    const found = await checkSecret({ credentials: { get: usable }, api: answering(status) }, 'luma7x2')
    expect([found.verdict, found.code]).toEqual([verdict, code])
    expectNoSentinel(found)
  })

  it('names a secret that is missing, and one that cannot be read now', async () => {
    const missing: Credentials['get'] = async () => ({ usable: false, message: 'it does not exist' })
    const outage: Credentials['get'] = async () => {
      throw new Unavailable('Secrets Manager did not answer')
    }
    const check = (get: Credentials['get']) =>
      checkSecret({ credentials: { get }, api: answering(200) }, 'luma7x2')
    expect(await check(missing)).toMatchObject({ verdict: 'missing', code: 'CREDENTIALS_MISSING' })
    expect(await check(outage)).toMatchObject({ verdict: 'notKnown', why: 'Secrets Manager did not answer' })
  })
})
