import { createHmac } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import { systemClock } from '../../lib/adapters/system.js'
import { verifySignature } from '../../lib/adapters/webhook-signature.js'

// The vector that the specification's own libraries are tested with.
const secret = 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const official = {
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestamp: '1614265330',
  body: '{"test": 2432232314}',
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
}
const wrong = 'v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc='
const isVerified = (change: Partial<typeof official>, by = secret): boolean =>
  verifySignature(by, { ...official, ...change })

/** Each text that differs from this one in one character. */
const withOneChanged = (text: string): string[] =>
  [...text].flatMap((character, index) =>
    ['A', '0', ' ', '=', String.fromCharCode(character.charCodeAt(0) ^ 1)]
      .filter(other => other !== character)
      .map(other => text.slice(0, index) + other + text.slice(index + 1)),
  )

describe("the specification's test vector", () => {
  it('is what node:crypto makes of it', () => {
    const { id, timestamp, body, signature } = official
    const hmac = createHmac('sha256', Buffer.from(secret, 'base64')).update(`${id}.${timestamp}.${body}`)
    expect(`v1,${hmac.digest('base64')}`).toBe(signature)
  })

  it.each([
    ['as it is', official.signature],
    ['behind a wrong one', `${wrong} ${official.signature}`],
    [
      'among several, of another version as well',
      `${wrong} v2,${wrong.slice(3)} ${official.signature} ${wrong}`,
    ],
    ['in a header that came twice', `${wrong},${official.signature}`],
  ])('verifies %s', (_, signature) => {
    expect(isVerified({ signature })).toBe(true)
  })

  it("verifies by a secret with the specification's prefix", () => {
    expect(isVerified({}, `whsec_${secret}`)).toBe(true)
  })

  it.each(['', 'whsec_', `whsec_${secret}x`, `${secret}=`, 'whsec', secret.toLowerCase(), `${secret}\n`])(
    'is refused by the secret "%s"',
    other => {
      expect(isVerified({}, other)).toBe(false)
    },
  )

  it.each([
    ['a wrong one', wrong],
    ['nothing', ''],
    ['no version', official.signature.slice(3)],
    ['another version', `v2${official.signature.slice(2)}`],
    ['a longer version', `v11${official.signature.slice(2)}`],
    ['capitals', official.signature.toUpperCase()],
    ['the end cut off', official.signature.slice(0, -1)],
    ['more behind it', `${official.signature}=`],
    ['a version in its midst', `v1,${official.signature}`.replace('v1,v1', 'v1 v1,x')],
    ['the asymmetric form', official.signature.replace('v1,', 'v1a,')],
  ])('is refused with %s for a signature', (_, signature) => {
    expect(isVerified({ signature })).toBe(false)
  })

  it.each(['id', 'timestamp', 'body', 'signature'] as const)(
    'is refused when any one character of the %s is another',
    field => {
      const changed = withOneChanged(official[field])
      expect(changed.length).toBeGreaterThan(3 * official[field].length)
      expect(changed.filter(text => isVerified({ [field]: text }))).toEqual([])
    },
  )
})

describe('verifySignature', () => {
  it("takes the text of a store's client secret for the key", () => {
    const key = '0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9'
    const hmac = createHmac('sha256', key).update('m1.1795334400.{}').digest('base64')
    const message = { id: 'm1', timestamp: '1795334400', body: '{}', signature: `v1,${hmac}` }
    expect(verifySignature(key, message)).toBe(true)
    expect(verifySignature(Buffer.from(key).toString('base64'), message)).toBe(true)
    expect(verifySignature(`whsec_${Buffer.from(key).toString('base64')}`, message)).toBe(true)
    expect(verifySignature(`${key.slice(0, -1)}0`, message)).toBe(false)
  })

  it("says what the library's own verify says, of whatever comes", () => {
    const texts = fc.string({ unit: 'grapheme', maxLength: 200 })
    const ids = fc.string({ minLength: 1, maxLength: 50 })
    const versions = fc.constantFrom('v1', 'v1', 'v2', 'v1a', '')
    const kinds = fc.constantFrom('right', 'right', 'wrong', 'cut', 'empty')
    const part = fc.record({ version: versions, kind: kinds })
    const header = fc.array(part, { maxLength: 4 })
    const generated = fc.record({
      key: fc.uint8Array({ minLength: 1, maxLength: 64 }),
      id: ids,
      body: texts,
      header,
    })
    let verified = 0
    fc.assert(
      fc.property(generated, ({ key, id, body, header: parts }) => {
        const prefixed = `whsec_${Buffer.from(key).toString('base64')}`
        const timestamp = String(Math.floor(systemClock.now() / 1000))
        const right = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
        const texts = { right, wrong: wrong.slice(3), cut: right.slice(0, -1), empty: '' }
        const signature = parts.map(({ version, kind }) => `${version},${texts[kind]}`).join(' ')
        const ours = verifySignature(prefixed, { id, timestamp, body, signature })
        verified += Number(ours)
        expect(ours).toBe(libraryVerifies(prefixed, { id, timestamp, body, signature }))
      }),
      { numRuns: 2_000 },
    )
    expect(verified).toBeGreaterThan(300)
  })
})

function libraryVerifies(by: string, { id, timestamp, body, signature }: typeof official): boolean {
  const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature }
  try {
    new StandardWebhook(by).verify(body, headers, { jsonParse: false })
    return true
  } catch {
    // Its way of saying no.
    return false
  }
}
