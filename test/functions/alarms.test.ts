import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { systemClock } from '../../lib/adapters/system.js'
import { endAll } from '../support/endings.js'
import { catchError, expectNoSentinel, sentinelToken } from '../support/sentinel.js'
import { aRecord } from './a-deployment.js'
import {
  ofFunction,
  own,
  requestBody,
  startWatchedDeployment,
  type WatchedDeployment,
} from './watched-deployment.js'

// Each failure is driven on the embedded stack; what the functions print of it has to be what the packaged alarm looks at.

let watched: WatchedDeployment

beforeAll(async () => {
  watched = await startWatchedDeployment()
  // Whose webhooks are received: reconciliation looks whether its store still sends them.
  const secret = {
    storeHash: 'luma7x2',
    accessToken: sentinelToken,
    webhookSecret: `${sentinelToken}-webhooks`,
  }
  watched.stack.putSecret('payops/luma7x2', JSON.stringify(secret))
}, 60_000)

afterAll(async () => {
  expectNoSentinel(watched.lines, watched.events)
  await endAll()
})

/** A webhook that is whole in every respect but its signature. */
const callDoor = (producer: string) =>
  fetch(watched.stack.functionUrls['receiveWebhook'] ?? '', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(systemClock.now() / 1000)),
      'webhook-signature': `v1,${Buffer.alloc(32).toString('base64')}`,
    },
    body: JSON.stringify({
      producer,
      scope: 'store/order/statusUpdated',
      data: { type: 'order', id: 5 },
      hash: 'a1',
    }),
  })

describe('what is well', () => {
  it('raises no alarm by a request that is carried out, and tells it in two lines', async () => {
    const before = watched.lines.length
    const values = await watched.emitted(() => watched.perform(aRecord('m-110', requestBody('r-110', 110))))
    expect(values).toMatchObject({ [own('Succeeded')]: 1, [own('Performed')]: 1 })
    expect(watched.alarms.filter(({ isBreached }) => isBreached(values)).map(({ name }) => name)).toEqual([])
    const [outcome, ...others] = watched.lines.slice(before)
    expect(others).toHaveLength(1)
    expect(JSON.parse(outcome ?? '')).toEqual({
      level: 'INFO',
      time: expect.any(String),
      message: 'outcome',
      requestId: 'r-110',
      storeHash: 'luma7x2',
      paymentId: 110,
      type: 'performOperation',
      operationCode: 0,
      status: 'succeeded',
      effect: 'performed',
      attempts: 1,
      apiRequestId: expect.any(String),
      tookMs: expect.any(Number),
    })
  })

  it('counts a request once that is delivered again', async () => {
    const record = aRecord('m-111', requestBody('r-111', 111))
    await watched.perform(record)
    expect(await watched.emitted(() => watched.perform(record))).not.toHaveProperty([own('Succeeded')])
  })
})

describe('the alarm throttles', () => {
  it('counts each answer 429, and says which in the log', async () => {
    const before = watched.lines.length
    watched.sandbox.misbehave({ fault: 'throttledWithoutHeaders', paymentId: 130, times: 2 })
    const values = await watched.emitted(() => watched.perform(aRecord('m-130', requestBody('r-130', 130))))
    expect(watched.alarm('throttles').metrics).toEqual([own('Throttled')])
    expect(values[own('Throttled')]).toBeGreaterThan(0)
    expect(watched.alarm('throttles').isBreached({ [own('Throttled')]: 50 })).toBe(true)
    expect(watched.alarm('throttles').isBreached({ [own('Throttled')]: 49 })).toBe(false)
    const warnings = watched.lines.slice(before).filter(line => line.includes('"WARN"'))
    expect(JSON.parse(warnings[0] ?? '')).toMatchObject({
      requestId: 'r-130',
      storeHash: 'luma7x2',
      paymentId: 130,
      attempt: 1,
      call: 'change',
      meaning: 'throttled',
      httpStatus: 429,
      apiRequestId: expect.any(String),
    })
  })
})

describe('the alarm credentials-rejected', () => {
  const request = (id: string, paymentId: number) =>
    aRecord(id, JSON.stringify({ storeHash: 'nordic4b', paymentId, operationCode: 0 }))

  it('hears of a store without a secret', async () => {
    const values = await watched.emitted(() => watched.perform(request('m-200', 200)))
    expect(values).toMatchObject({ [own('CredentialsMissing')]: 1, [own('Returned')]: 1 })
    expect(watched.alarm('credentials-rejected').isBreached(values)).toBe(true)
  })

  it('stays while a held store is tried again every ten minutes', () => {
    expect(watched.alarm('credentials-rejected').staysForSeconds).toBeGreaterThanOrEqual(15 * 60)
  })

  it('hears of a token that the API refuses', async () => {
    const secret = JSON.stringify({ storeHash: 'nordic4b', accessToken: `${sentinelToken}-refused` })
    watched.stack.putSecret('payops/nordic4b', secret)
    const values = await watched.emitted(() => watched.perform(request('m-201', 201)))
    expect(values[own('CredentialsRejected')]).toBeGreaterThan(0)
    expect(watched.alarm('credentials-rejected').isBreached(values)).toBe(true)
    expect(watched.alarm('credentials-rejected').metrics).toEqual([
      own('CredentialsRejected'),
      own('CredentialsMissing'),
    ])
  })
})

describe('the alarm doubts', () => {
  it('hears of a doubt when it comes up, and of one that is open at each pass of reconciliation', async () => {
    watched.sandbox.misbehave({ fault: 'lostBeforeEffect', paymentId: 140, method: 'POST' })
    const values = await watched.emitted(() =>
      watched.perform(aRecord('m-140', requestBody('r-140', 140, 3))),
    )
    expect(values).toMatchObject({ [own('InDoubt')]: 1, [own('OpenDoubts')]: 1, [own('LostAnswers')]: 1 })
    expect(watched.alarm('doubts').isBreached(values)).toBe(true)
    const later = await watched.emitted(() => watched.stack.invoke('reconcilePayments', {}))
    expect(later).toMatchObject({ [own('OpenDoubts')]: 1, [own('OldestDoubt')]: expect.any(Number) })
    expect(watched.alarm('doubts').isBreached(later)).toBe(true)
    expect(watched.alarm('doubts').isBreached({ ...later, [own('OpenDoubts')]: 0 })).toBe(false)
    expect(watched.alarm('doubts').metrics).toEqual([own('OpenDoubts')])
  })
})

describe('the alarm webhooks-not-taken', () => {
  it('hears of a webhook that nobody can verify while Secrets Manager does not answer', async () => {
    const { isBreached, metrics } = watched.alarm('webhooks-not-taken')
    watched.stack.breakDown('secrets', 3)
    const values = await watched.emitted(() => callDoor('stores/abc123'))
    expect(values).toMatchObject({ [own('WebhooksNotTaken')]: 1, [own('GroundFailures')]: 1 })
    expect([isBreached(values), metrics]).toEqual([true, [own('WebhooksNotTaken')]])
  })

  it('is raised within half an hour by one webhook that is sent again and again, and not by one that is taken soon', () => {
    const { isRaisedBy } = watched.alarm('webhooks-not-taken')
    // A store's own waits: 60, 180, 300 and 600 seconds.
    const failing = [0, 60, 240, 540, 1_140]
    expect([0, 100, 200, 299].map(from => isRaisedBy(failing.map(second => from + second)))).toEqual(
      Array(4).fill(true),
    )
    expect([0, 100, 200, 299].map(from => isRaisedBy([from, from + 60, from + 240]))).toEqual(
      Array(4).fill(false),
    )
  })
})

describe('the alarm webhooks-refused', () => {
  it('hears of twenty that do not verify, and only while none does', async () => {
    const { isBreached, metrics } = watched.alarm('webhooks-refused')
    const values = await watched.emitted(async () => {
      for (let nth = 0; nth < 20; nth += 1) await callDoor('stores/luma7x2')
    })
    expect(values).toEqual({ [own('WebhooksRefused')]: 20 })
    expect(isBreached(values)).toBe(true)
    expect(isBreached({ ...values, [own('WebhooksStored')]: 1 })).toBe(false)
    expect(isBreached({ [own('WebhooksRefused')]: 19 })).toBe(false)
    expect(metrics).toEqual([own('WebhooksRefused'), own('WebhooksStored')])
  })
})

describe('the alarm webhooks-off', () => {
  it('hears of a store that does not send them, and stays from one pass of reconciliation to the next', async () => {
    const { isBreached, metrics, staysForSeconds } = watched.alarm('webhooks-off')
    const registered = await fetch(`${watched.sandbox.storeApiUrl}/stores/luma7x2/v3/hooks`, {
      method: 'POST',
      headers: { 'X-Auth-Token': sentinelToken, 'content-type': 'application/json' },
      body: JSON.stringify({
        scope: 'store/order/statusUpdated',
        destination: watched.stack.functionUrls['receiveWebhook'],
        is_active: false,
      }),
    })
    expect(registered.status).toBe(200)
    const values = await watched.emitted(() => watched.stack.invoke('reconcilePayments', {}))
    expect(values[own('WebhooksOff')]).toBeGreaterThan(0)
    expect(isBreached(values)).toBe(true)
    expect(metrics).toEqual([own('WebhooksOff')])
    expect(staysForSeconds).toBeGreaterThanOrEqual(2 * 15 * 60)
  })
})

describe('the alarm errors', () => {
  it('hears of what a function throws', async () => {
    const values = await watched.emitted(() =>
      catchError(() => watched.stack.invoke('performOperations', {})),
    )
    expect(values).toEqual({ [own('Bugs')]: 1 })
    expect(watched.alarm('errors').isBreached(values)).toBe(true)
  })

  it('hears of an outage of AWS, and not of one call that failed', async () => {
    const unknownStore = (id: string) =>
      aRecord(id, JSON.stringify({ storeHash: 'elsewhere', paymentId: 300, operationCode: 0 }))
    watched.stack.breakDown('secrets', 3)
    const values = await watched.emitted(() => watched.perform(unknownStore('m-300')))
    expect(values).toMatchObject({ [own('GroundFailures')]: 1, [own('Returned')]: 1 })
    expect(watched.alarm('errors').isBreached(values)).toBe(false)
    expect(watched.alarm('errors').isBreached({ [own('GroundFailures')]: 10 })).toBe(true)
  })

  it('looks at the errors of each function', () => {
    const keys = [
      'performOperations',
      'acceptOperation',
      'reconcilePayments',
      'receiveWebhook',
      'resolveWebhook',
    ]
    expect(watched.alarm('errors').metrics).toEqual([
      ...keys.map(key => ofFunction('Errors', key)),
      own('Bugs'),
      own('GroundFailures'),
    ])
    const named = Object.values(watched.resources)
      .filter(({ Type }) => Type === 'AWS::Lambda::Function')
      .map(({ Properties }) => Properties?.['FunctionName'])
    expect(named.sort()).toEqual(keys.map(key => `payops-local-${key}`).sort())
    for (const key of keys)
      expect(watched.alarm('errors').isBreached({ [ofFunction('Errors', key)]: 1 })).toBe(true)
  })
})
