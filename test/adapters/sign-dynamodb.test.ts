import { describe, expect, it } from '@jest/globals'
import aws4 from 'aws4'
import fc from 'fast-check'
import { createSigner, type SigningCredentials } from '../../lib/adapters/sign-dynamodb.js'
import { asEpochMs } from '../../lib/core/time.js'

const region = 'eu-central-1'
const host = 'dynamodb.eu-central-1.amazonaws.com'

/** The same request, signed by a library that does nothing else. */
function signedByAws4(headers: Record<string, string>, body: string, credentials: SigningCredentials) {
  const { authorization: _, ...unsigned } = headers
  const request = { service: 'dynamodb', region, method: 'POST', path: '/', host, headers: unsigned, body }
  const options = { ...request, extraHeadersToIgnore: { 'content-length': true } }
  return aws4.sign(options, credentials).headers?.['Authorization']
}

describe('createSigner', () => {
  it('signs as aws4 does, whatever the body, the credentials and the day', () => {
    const sign = createSigner(host, region)
    const secret = fc.string({ minLength: 1, unit: 'grapheme-ascii' })
    const someone = fc.record(
      {
        accessKeyId: fc.stringMatching(/^[A-Z0-9]{16}$/),
        secretAccessKey: secret,
        sessionToken: fc.stringMatching(/^[\w+/=]{1,400}$/),
      },
      { requiredKeys: ['accessKeyId', 'secretAccessKey'] },
    )
    const instant = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) })
    fc.assert(
      fc.property(someone, instant, fc.string({ unit: 'binary' }), (credentials, now, body) => {
        const headers = sign('DynamoDB_20120810.PutItem', body, credentials, asEpochMs(now))
        expect(headers['authorization']).toBe(signedByAws4(headers, body, credentials))
      }),
      { seed: 1, numRuns: 300 },
    )
  })

  it('derives another key where the day or the secret changes', () => {
    const sign = createSigner(host, region)
    const signature = (secretAccessKey: string, day: number) =>
      sign('t', '{}', { accessKeyId: 'A', secretAccessKey }, asEpochMs(Date.UTC(2026, 10, day)))[
        'authorization'
      ]
    expect(
      new Set([signature('a', 22), signature('b', 22), signature('a', 23), signature('a', 22)]).size,
    ).toBe(3)
  })
})
