import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { afterEach, describe, expect, it } from '@jest/globals'
import { createCredentials } from '../../lib/adapters/credentials.js'
import { Unavailable } from '../../lib/core/errors.js'
import type { CredentialsResult } from '../../lib/engine/ports.js'
import { AwsError, startJsonServer } from '../../lib/local/stack/aws-json-server.js'
import { credentials as awsCredentials, region, startEmbeddedSecrets } from '../support/embedded.js'
import { atTheEnd, endAll } from '../support/endings.js'
import { createLeapingClock } from '../support/leaping-clock.js'
import { createRecordedLog } from '../support/recorded-log.js'
import { catchError, expectNoSentinel, sentinelToken } from '../support/sentinel.js'

const ttlMs = 300_000
const logs: ReturnType<typeof createRecordedLog>[] = []

afterEach(async () => {
  for (const log of logs.splice(0)) expectNoSentinel(log.lines)
  await endAll()
})

/** Which secrets the client asked for, in order. */
function recordReads(client: SecretsManagerClient): string[] {
  const reads: string[] = []
  client.middlewareStack.add(
    next => args => {
      reads.push(String(Reflect.get(args.input, 'SecretId')))
      return next(args)
    },
    { step: 'initialize', name: 'recordReads' },
  )
  return reads
}

function aStoreOfTokens(client: SecretsManagerClient) {
  const clock = createLeapingClock()
  const log = createRecordedLog()
  logs.push(log)
  const store = createCredentials({ clock, log, client }, { prefix: 'payops/', ttlMs })
  return { clock, log, store, reads: recordReads(client) }
}

async function anOrganisation() {
  const secrets = await startEmbeddedSecrets()
  const putToken = (storeHash: string, accessToken: string): string =>
    secrets.put(`payops/${storeHash}`, JSON.stringify({ storeHash, accessToken }))
  return { ...secrets, putToken, ...aStoreOfTokens(secrets.client) }
}

/** Secrets Manager as far as it is an error. */
async function anOrganisationThatFailsWith(code: string, httpStatus = 400) {
  const server = await startJsonServer('secretsmanager', {
    GetSecretValue: () => {
      throw new AwsError(code, `${code} about ${sentinelToken}`, httpStatus)
    },
  })
  atTheEnd(server.stop)
  const client = new SecretsManagerClient({
    region,
    credentials: awsCredentials,
    endpoint: server.url,
    maxAttempts: 1,
  })
  atTheEnd(() => client.destroy())
  return aStoreOfTokens(client)
}

function tokenOf(result: CredentialsResult): string {
  expectNoSentinel(result)
  return result.usable ? result.access.token() : `unusable: ${result.message}`
}

describe('createCredentials', () => {
  it('reads an access token with the version of its secret', async () => {
    const { store, putToken } = await anOrganisation()
    const version = putToken('luma7x2', sentinelToken)
    const result = await store.get('luma7x2')
    expect(tokenOf(result)).toBe(sentinelToken)
    expect(result).toMatchObject({
      usable: true,
      version,
      access: { storeHash: 'luma7x2', scheme: 'accessToken' },
    })
  })

  it.each(['{"authToken":"old-1"}', '{"authToken":"old-1","storeHash":"nordic4b","webhookSecret":"w"}'])(
    'reads an old token: %s',
    async text => {
      const { store, put } = await anOrganisation()
      put('payops/nordic4b', text)
      const result = await store.get('nordic4b')
      expect(tokenOf(result)).toBe('old-1')
      expect(result).toMatchObject({ access: { storeHash: 'nordic4b', scheme: 'authToken' } })
    },
  )

  it('prefers the access token where a secret holds both', async () => {
    const { store, put } = await anOrganisation()
    put('payops/luma7x2', '{"storeHash":"luma7x2","accessToken":"new","authToken":"old"}')
    const result = await store.get('luma7x2')
    expect(tokenOf(result)).toBe('new')
    expect(result).toMatchObject({ access: { scheme: 'accessToken' } })
  })

  it.each<[string, object, boolean, string | undefined]>([
    ['no webhook secret', {}, false, undefined],
    ['one alone', { webhookSecret: 'key' }, true, undefined],
    ['one and a header', { webhookSecret: 'key', webhookHeader: 'shared' }, true, 'shared'],
    ['a header alone', { webhookHeader: 'shared' }, false, undefined],
    ['a header that no request can carry', { webhookSecret: 'key', webhookHeader: 'a b' }, false, undefined],
    ['an empty webhook secret', { webhookSecret: '' }, false, undefined],
    ['a webhook secret that holds no key', { webhookSecret: 'whsec_key' }, false, undefined],
  ])('says whether webhooks can be verified by a secret with %s', async (_, part, isVerified, header) => {
    const { put, store } = await anOrganisation()
    put('payops/abc', JSON.stringify({ storeHash: 'abc', accessToken: 'the-token', ...part }))
    const found = await store.get('abc')
    expect(found.usable).toBe(true)
    const webhooks = found.usable ? found.webhooks : undefined
    expect(webhooks !== undefined).toBe(isVerified)
    expect(webhooks?.headerValue?.()).toBe(header)
  })

  it("never gives a store another's token", async () => {
    const { store, putToken, reads } = await anOrganisation()
    putToken('luma7x2', 'token-of-luma')
    putToken('nordic4b', 'token-of-nordic')
    const results = await Promise.all(['luma7x2', 'nordic4b', 'luma7x2'].map(store.get))
    expect(results.map(tokenOf)).toEqual(['token-of-luma', 'token-of-nordic', 'token-of-luma'])
    expect(reads.sort()).toEqual(['payops/luma7x2', 'payops/nordic4b'])
  })

  describe('a secret that cannot be used', () => {
    const token = JSON.stringify(sentinelToken)
    it.each([
      ['', 'is not JSON'],
      [`{"accessToken":${token}`, 'is not JSON'],
      [token, 'is not a JSON object'],
      [`[${token}]`, 'is not a JSON object'],
      ['null', 'is not a JSON object'],
      ['{}', 'holds neither "accessToken" nor "authToken"'],
      ['{"storeHash":"luma7x2"}', 'holds neither "accessToken" nor "authToken"'],
      [`{"accessToken":${token}}`, 'lacks "storeHash"'],
      [`{"storeHash":"nordic4b","accessToken":${token}}`, 'is for another store'],
      [`{"storeHash":"nordic4b","authToken":${token}}`, 'is for another store'],
      [`{"storeHash":"LUMA7X2","accessToken":${token}}`, 'is for another store'],
      [`{"storeHash":["luma7x2"],"accessToken":${token}}`, 'is for another store'],
      ['{"storeHash":"luma7x2","accessToken":""}', 'has a malformed "accessToken"'],
      ['{"storeHash":"luma7x2","accessToken":12}', 'has a malformed "accessToken"'],
      ['{"storeHash":"luma7x2","accessToken":null,"authToken":"x"}', 'has a malformed "accessToken"'],
      [`{"storeHash":"luma7x2","accessToken":"${'x'.repeat(4097)}"}`, 'has a malformed "accessToken"'],
      ['{"authToken":"sentinel/7f3a\\r\\nx-injected: e1-token"}', 'has a malformed "authToken"'],
      ['{"authToken":"sentinel/7f3a "}', 'has a malformed "authToken"'],
      ['{"authToken":"sentinel/7f3aé"}', 'has a malformed "authToken"'],
    ])('%s: says what is wrong, never what is in it', async (text, why) => {
      const { store, put } = await anOrganisation()
      put('payops/luma7x2', text)
      const result = await store.get('luma7x2')
      expectNoSentinel(result)
      expect(result).toEqual({ usable: false, message: `the secret payops/luma7x2 ${why}` })
    })

    it('does not exist', async () => {
      const { store } = await anOrganisation()
      const message = 'the secret payops/luma7x2 does not exist'
      expect(await store.get('luma7x2')).toEqual({ usable: false, message })
    })

    it.each([
      ['InvalidRequestException', 'cannot be read now (is it being deleted?)'],
      ['AccessDeniedException', 'may not be read by this function'],
      ['DecryptionFailure', 'cannot be decrypted'],
    ])('%s waits for a person', async (code, why) => {
      const { store } = await anOrganisationThatFailsWith(code)
      const message = `the secret payops/luma7x2 ${why}`
      expect(await store.get('luma7x2')).toEqual({ usable: false, message })
    })

    it('is not cached: once it is mended it is used at once', async () => {
      const { store, putToken } = await anOrganisation()
      await store.get('luma7x2')
      putToken('luma7x2', 'mended')
      expect(tokenOf(await store.get('luma7x2'))).toBe('mended')
    })
  })

  describe('the cache', () => {
    it('serves for its time to live, and then reads afresh', async () => {
      const { store, putToken, clock, reads } = await anOrganisation()
      putToken('luma7x2', 'first')
      await store.get('luma7x2')
      putToken('luma7x2', 'second')
      clock.advance(ttlMs - 1)
      expect(tokenOf(await store.get('luma7x2'))).toBe('first')
      expect(reads).toHaveLength(1)
      clock.advance(1)
      expect(tokenOf(await store.get('luma7x2'))).toBe('second')
      expect(reads).toHaveLength(2)
    })

    it('reads once for fifty who ask at the same time', async () => {
      const { store, putToken, reads } = await anOrganisation()
      putToken('luma7x2', 'first')
      const results = await Promise.all(Array.from({ length: 50 }, () => store.get('luma7x2')))
      expect(new Set(results.map(tokenOf))).toEqual(new Set(['first']))
      expect(reads).toHaveLength(1)
    })

    it('refreshes once for fifty who were refused at the same time', async () => {
      const { store, putToken, reads } = await anOrganisation()
      const refused = putToken('luma7x2', 'first')
      await store.get('luma7x2')
      putToken('luma7x2', 'second')
      const results = await Promise.all(Array.from({ length: 50 }, () => store.refresh('luma7x2', refused)))
      expect(new Set(results.map(tokenOf))).toEqual(new Set(['second']))
      expect(reads).toHaveLength(2)
    })

    it('does not read again for one who was refused with what has been replaced meanwhile', async () => {
      const { store, putToken, reads } = await anOrganisation()
      const refused = putToken('luma7x2', 'first')
      await store.get('luma7x2')
      putToken('luma7x2', 'second')
      await store.refresh('luma7x2', refused)
      expect(tokenOf(await store.refresh('luma7x2', refused))).toBe('second')
      expect(reads).toHaveLength(2)
    })

    it('gives what it read afresh after a refusal to everybody', async () => {
      const { store, putToken } = await anOrganisation()
      const refused = putToken('luma7x2', 'first')
      await store.get('luma7x2')
      putToken('luma7x2', 'second')
      await store.refresh('luma7x2', refused)
      expect(tokenOf(await store.get('luma7x2'))).toBe('second')
    })

    it('says so by the version where a refresh brings the refused secret back', async () => {
      const { store, putToken } = await anOrganisation()
      const refused = putToken('luma7x2', 'first')
      await store.get('luma7x2')
      expect(await store.refresh('luma7x2', refused)).toMatchObject({ usable: true, version: refused })
    })

    it('forgets a token whose secret was spoilt', async () => {
      const { store, put, putToken, clock, failNext } = await anOrganisation()
      putToken('luma7x2', sentinelToken)
      await store.get('luma7x2')
      put('payops/luma7x2', 'spoilt')
      clock.advance(ttlMs)
      expect(await store.get('luma7x2')).toMatchObject({ usable: false })
      failNext(1)
      expect(await catchError(() => store.get('luma7x2'))).toBeInstanceOf(Unavailable)
    })
  })

  describe('an outage of Secrets Manager', () => {
    it('leaves the last good token in use, however old, and says so', async () => {
      const { store, putToken, clock, log, stop } = await anOrganisation()
      putToken('luma7x2', sentinelToken)
      await store.get('luma7x2')
      await stop()
      clock.advance(ttlMs * 1000)
      expect(tokenOf(await store.get('luma7x2'))).toBe(sentinelToken)
      expect(log.lines).toMatchObject([{ level: 'warn', fields: { storeHash: 'luma7x2' } }])
    })

    it('ends with the first answer that comes, asked for every half minute', async () => {
      const { store, putToken, clock, failNext } = await anOrganisation()
      putToken('luma7x2', 'first')
      await store.get('luma7x2')
      putToken('luma7x2', 'second')
      clock.advance(ttlMs)
      failNext(1)
      expect(tokenOf(await store.get('luma7x2'))).toBe('first')
      clock.advance(29_999)
      expect(tokenOf(await store.get('luma7x2'))).toBe('first')
      clock.advance(1)
      expect(tokenOf(await store.get('luma7x2'))).toBe('second')
    })

    it.each(['InternalServiceError', 'ThrottlingException', 'SomethingNew'])(
      'is Unavailable where no token is known (%s)',
      async code => {
        const { store } = await anOrganisationThatFailsWith(code, code === 'InternalServiceError' ? 500 : 400)
        const error = await catchError(() => store.get('luma7x2'))
        expect(error).toBeInstanceOf(Unavailable)
        expectNoSentinel(error)
        expect(String(error)).toBe(`Unavailable: Secrets Manager did not answer for payops/luma7x2: ${code}`)
      },
    )

    it('fails all who wait for the same read, and is not remembered', async () => {
      const { store, putToken, failNext } = await anOrganisation()
      putToken('luma7x2', 'first')
      failNext(1)
      const settled = await Promise.allSettled(Array.from({ length: 50 }, () => store.get('luma7x2')))
      expect(new Set(settled.map(({ status }) => status))).toEqual(new Set(['rejected']))
      expect(tokenOf(await store.get('luma7x2'))).toBe('first')
    })

    it('is Unavailable to one whose token was refused: the refused one is no help', async () => {
      const { store, putToken, stop } = await anOrganisation()
      const refused = putToken('luma7x2', sentinelToken)
      await store.get('luma7x2')
      await stop()
      const error = await catchError(() => store.refresh('luma7x2', refused))
      expect(error).toBeInstanceOf(Unavailable)
      expectNoSentinel(error)
    })
  })
})
