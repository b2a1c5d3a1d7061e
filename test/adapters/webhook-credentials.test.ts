import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { afterEach, describe, expect, it } from '@jest/globals'
import { createWebhookCredentials } from '../../lib/adapters/webhook-credentials.js'
import { Unavailable } from '../../lib/core/errors.js'
import { AwsError, startJsonServer } from '../../lib/local/stack/aws-json-server.js'
import { credentials, region, startEmbeddedSecrets } from '../support/embedded.js'
import { atTheEnd, endAll } from '../support/endings.js'
import { createLeapingClock } from '../support/leaping-clock.js'
import { createRecordedLog } from '../support/recorded-log.js'
import { catchError, expectNoSentinel, sentinelToken } from '../support/sentinel.js'

const ttlMs = 300_000

afterEach(endAll)

function aCache(client: SecretsManagerClient, settings = { prefix: 'payops/', ttlMs }) {
  const reads: string[] = []
  client.middlewareStack.add(
    next => args => {
      reads.push(String(Reflect.get(args.input, 'SecretId')))
      return next(args)
    },
    { step: 'initialize', name: 'recordReads' },
  )
  const clock = createLeapingClock()
  const log = createRecordedLog()
  return {
    clock,
    log,
    reads,
    cache: createWebhookCredentials({ clock, log, client }, settings),
  }
}

async function anOrganisation(settings?: { prefix: string; ttlMs: number }) {
  const secrets = await startEmbeddedSecrets()
  const putSecret = (webhookSecret: unknown, rest: object = {}): string =>
    secrets.put(
      'payops/luma7x2',
      JSON.stringify({ storeHash: 'luma7x2', accessToken: sentinelToken, webhookSecret, ...rest }),
    )
  return { ...secrets, putSecret, ...aCache(secrets.client, settings) }
}

describe('createWebhookCredentials', () => {
  it('reads the webhook secret, and nothing that a log could print', async () => {
    const { cache, putSecret } = await anOrganisation()
    const version = putSecret('w1', { webhookHeader: sentinelToken.replace(/"/g, '') })
    const access = await cache.get('luma7x2')
    expect(access).toMatchObject({ storeHash: 'luma7x2', version })
    expect([access?.secret(), access?.headerValue?.()]).toEqual(['w1', sentinelToken.replace(/"/g, '')])
    expectNoSentinel(access)
  })

  it.each<[content: object, which: string]>([
    [{ storeHash: 'nordic4b', accessToken: 't', webhookSecret: 'w' }, "another store's"],
    [{ accessToken: 't', webhookSecret: 'w' }, "nobody's"],
    [{ storeHash: 'luma7x2', accessToken: 't' }, 'without it'],
    [{ storeHash: 'luma7x2', accessToken: 't', webhookSecret: '' }, 'empty'],
    [{ storeHash: 'luma7x2', accessToken: 't', webhookSecret: 12 }, 'a number'],
    [{ storeHash: 'luma7x2', accessToken: 't', webhookSecret: 'w w' }, 'with a space'],
    [
      { storeHash: 'luma7x2', accessToken: 't', webhookSecret: 'w', webhookHeader: '' },
      'with an empty header',
    ],
    [{ storeHash: 'luma7x2', accessToken: 't', webhookSecret: 'w', webhookHeader: null }, 'with no header'],
  ])('has nothing for a store whose secret is %j: %s', async content => {
    const { cache, put } = await anOrganisation()
    put('payops/luma7x2', JSON.stringify(content))
    expect(await cache.get('luma7x2')).toBeUndefined()
  })

  it('serves for its time to live, and then reads afresh', async () => {
    const { cache, putSecret, clock, reads } = await anOrganisation()
    putSecret('w1')
    await cache.get('luma7x2')
    putSecret('w2')
    clock.advance(ttlMs - 1)
    expect((await cache.get('luma7x2'))?.secret()).toBe('w1')
    clock.advance(1)
    expect((await cache.get('luma7x2'))?.secret()).toBe('w2')
    expect(reads).toHaveLength(2)
  })

  it('reads once for fifty who ask at the same time', async () => {
    const { cache, putSecret, reads } = await anOrganisation()
    putSecret('w1')
    const found = await Promise.all(Array.from({ length: 50 }, () => cache.get('luma7x2')))
    expect(new Set(found.map(access => access?.secret()))).toEqual(new Set(['w1']))
    expect(reads).toHaveLength(1)
  })

  it('serves the last good value through an outage', async () => {
    const { cache, putSecret, clock, stop, log } = await anOrganisation()
    putSecret('w1')
    await cache.get('luma7x2')
    clock.advance(ttlMs)
    await stop()
    expect((await cache.get('luma7x2'))?.secret()).toBe('w1')
    expect(log.lines).toMatchObject([{ level: 'warn', fields: { storeHash: 'luma7x2' } }])
  })

  it('is Unavailable where nothing is known and Secrets Manager is out', async () => {
    const { cache, stop } = await anOrganisation()
    await stop()
    expect(await catchError(() => cache.get('luma7x2'))).toBeInstanceOf(Unavailable)
  })

  it.each(['AccessDeniedException', 'DecryptionFailure'])(
    'is Unavailable where it is our own rights that lack: %s',
    async code => {
      const server = await startJsonServer('secretsmanager', {
        GetSecretValue: () => {
          throw new AwsError(code, sentinelToken, 400)
        },
      })
      atTheEnd(server.stop)
      const client = new SecretsManagerClient({ region, credentials, endpoint: server.url, maxAttempts: 1 })
      atTheEnd(() => client.destroy())
      const error = await catchError(() => aCache(client).cache.get('luma7x2'))
      expect(error).toBeInstanceOf(Unavailable)
      expectNoSentinel(error)
    },
  )

  it('looks an unknown store up once in a minute', async () => {
    const { cache, putSecret, clock, reads } = await anOrganisation()
    expect(await cache.get('luma7x2')).toBeUndefined()
    putSecret('w1')
    clock.advance(59_999)
    expect(await cache.get('luma7x2')).toBeUndefined()
    expect(reads).toHaveLength(1)
    clock.advance(1)
    expect((await cache.get('luma7x2'))?.secret()).toBe('w1')
  })

  it('remembers a thousand unknown stores and forgets the oldest for another', async () => {
    const { cache, reads } = await anOrganisation()
    for (let index = 0; index <= 1_000; index += 1) await cache.get(`store${index}`)
    expect(reads).toHaveLength(1_001)
    await cache.get('store1')
    await cache.get('store1000')
    expect(reads).toHaveLength(1_001)
    await cache.get('store0')
    expect(reads).toHaveLength(1_002)
  })

  it('refreshes once for fifty whose signature does not match', async () => {
    const { cache, putSecret, reads } = await anOrganisation()
    const refused = putSecret('w1')
    await cache.get('luma7x2')
    putSecret('w2')
    const found = await Promise.all(Array.from({ length: 50 }, () => cache.refresh('luma7x2', refused)))
    expect(new Set(found.map(access => access?.secret()))).toEqual(new Set(['w2']))
    expect((await cache.get('luma7x2'))?.secret()).toBe('w2')
    expect(reads).toHaveLength(2)
  })

  it('refreshes a store at most once in 30 seconds, however often it is forged', async () => {
    const { cache, putSecret, clock, reads } = await anOrganisation()
    const version = putSecret('w1')
    await cache.get('luma7x2')
    for (let forged = 0; forged < 100; forged += 1)
      expect(await cache.refresh('luma7x2', version)).toBeUndefined()
    expect(reads).toHaveLength(2)
    putSecret('w2')
    clock.advance(30_000)
    expect((await cache.refresh('luma7x2', version))?.secret()).toBe('w2')
    expect(reads).toHaveLength(3)
  })

  it('asks Secrets Manager once in 30 seconds also while it is out', async () => {
    const { cache, putSecret, clock, reads, failNext } = await anOrganisation()
    const version = putSecret('w1')
    await cache.get('luma7x2')
    failNext(1)
    for (let forged = 0; forged < 10; forged += 1)
      expect(await catchError(() => cache.refresh('luma7x2', version))).toBeInstanceOf(Unavailable)
    expect(reads).toHaveLength(2)
    clock.advance(30_000)
    expect(await cache.refresh('luma7x2', version)).toBeUndefined()
    expect((await cache.get('luma7x2'))?.secret()).toBe('w1')
  })

  it('reads afresh at once where the secret that it got is refused as well', async () => {
    const { cache, putSecret } = await anOrganisation()
    const before = putSecret('w1')
    await cache.get('luma7x2')
    const mistyped = putSecret('w2x')
    expect((await cache.refresh('luma7x2', before))?.secret()).toBe('w2x')
    putSecret('w2')
    expect((await cache.refresh('luma7x2', mistyped))?.secret()).toBe('w2')
  })

  it('never goes back to the secret of before a rotation', async () => {
    const { cache, putSecret, clock } = await anOrganisation({ prefix: 'payops/', ttlMs: 10_000 })
    const old = putSecret('w1')
    await cache.get('luma7x2')
    expect(await cache.refresh('luma7x2', old)).toBeUndefined()
    const rotated = putSecret('w2')
    clock.advance(10_000)
    expect((await cache.get('luma7x2'))?.version).toBe(rotated)
    expect(await cache.refresh('luma7x2', rotated)).toBeUndefined()
  })

  it('refreshes one store whatever befell another', async () => {
    const { cache, put, putSecret, reads } = await anOrganisation()
    const version = putSecret('w1')
    await cache.refresh('luma7x2', version)
    const other = put('payops/nordic4b', '{"authToken":"t","webhookSecret":"n1"}')
    expect(await cache.refresh('nordic4b', other)).toBeUndefined()
    expect(reads).toEqual(['payops/luma7x2', 'payops/nordic4b'])
  })
})
