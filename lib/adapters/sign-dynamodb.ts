import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto'
import type { EpochMs } from '../core/time.js'

/**
 * AWS Signature Version 4 of the one shape of request that the ledger makes: POST / with a JSON body. The key of a day is
 * derived once. General signers (`aws4`, `@smithy/signature-v4`) take a request apart again for every call; the first of them
 * is what the test holds this one against.
 */
export type SigningCredentials = { accessKeyId: string; secretAccessKey: string; sessionToken?: string }

type Headers = Record<string, string>
type SigningKey = { of: SigningCredentials; day: string; key: KeyObject }

export function createSigner(host: string, region: string, pathname = '/') {
  // Escaped once more, as every service but S3 has it.
  const path = pathname.split('/').map(encodeURIComponent).join('/')
  let known: SigningKey | undefined

  /** The day's key is derived from the secret by four HMACs, as AWS publishes it. */
  function keyOf(credentials: SigningCredentials, day: string): KeyObject {
    if (known?.day === day && known.of.secretAccessKey === credentials.secretAccessKey) return known.key
    const derived = [day, region, 'dynamodb', 'aws4_request'].reduce<string | Buffer>(
      (key, part) => createHmac('sha256', key).update(part).digest(),
      `AWS4${credentials.secretAccessKey}`,
    )
    const key = createSecretKey(Buffer.from(derived))
    known = { of: credentials, day, key }
    return key
  }

  return (target: string, body: string, credentials: SigningCredentials, now: EpochMs): Headers => {
    const amzDate = toAmzDate(now)
    const day = amzDate.slice(0, 8)
    // In the order of their names, which is that of the signature.
    const headers: Headers = {
      'content-type': 'application/x-amz-json-1.0',
      host,
      'x-amz-date': amzDate,
      ...(credentials.sessionToken !== undefined && { 'x-amz-security-token': credentials.sessionToken }),
      'x-amz-target': target,
    }
    const names = Object.keys(headers).join(';')
    const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`)
    const canonical = `POST\n${path}\n\n${lines.join('')}\n${names}\n${hash('sha256', body)}`
    const scope = `${day}/${region}/dynamodb/aws4_request`
    const toSign = `AWS4-HMAC-SHA256\n${amzDate}\n${scope}\n${hash('sha256', canonical)}`
    const signature = createHmac('sha256', keyOf(credentials, day)).update(toSign).digest('hex')
    const credential = `${credentials.accessKeyId}/${scope}`
    return {
      ...headers,
      authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`,
    }
  }
}

/** 20261122T101500Z */
const toAmzDate = (now: EpochMs): string => new Date(now).toISOString().replace(/[:-]|\.\d{3}/g, '')
