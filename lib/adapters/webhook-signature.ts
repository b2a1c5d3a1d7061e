import { timingSafeEqual } from 'node:crypto'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import type { SignedMessage, VerifySignature } from '../engine/webhook/ports.js'

/**
 * The Standard Webhooks specification by its own library. Only its `sign` is used: its `verify` reads the machine's clock by
 * itself, takes "123abc" for a timestamp, and compares texts of different lengths in different times. Whether the timestamp is
 * of now is the core's to say.
 */
export const verifySignature: VerifySignature = (secret, message) => {
  const given = readSignatures(message.signature)
  // Every key against every signature, whichever matches first.
  let matches = 0
  for (const key of readKeys(secret)) {
    const expected = Buffer.from(sign(key, message))
    for (const one of given) if (isSame(one, expected)) matches += 1
  }
  return matches > 0
}

/** With this prefix a secret is the specification's own form: base64 of the key. */
const prefix = 'whsec_'

/**
 * The store's documentation calls the key "the client secret, base64-encoded": the library is given that encoding, and decodes
 * it, so that the key is the secret's text. A secret that was stored encoded already is tried as that, too.
 */
function readKeys(secret: string): Uint8Array[] {
  const encoded = secret.startsWith(prefix) ? secret.slice(prefix.length) : secret
  const decoded = Buffer.from(encoded, 'base64')
  const isEncoded = decoded.length > 0 && decoded.toString('base64') === encoded
  const keys: Uint8Array[] = isEncoded ? [decoded] : []
  if (encoded === secret && secret !== '') keys.unshift(Buffer.from(secret))
  return keys
}

function sign(key: Uint8Array, { id, timestamp, body }: SignedMessage): string {
  return new StandardWebhook(key, { format: 'raw' }).sign(id, new Date(Number(timestamp) * 1000), body)
}

/** Those of the one version that there is; a header that came twice has a comma between. */
const readSignatures = (header: string): Buffer[] =>
  [...header.matchAll(/(?:^|[ ,])(v1,[A-Za-z0-9+/]{43}=)(?=[ ,]|$)/g)].map(([, one = '']) => Buffer.from(one))

const isSame = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && timingSafeEqual(one, other)
