import { timingSafeEqual } from 'node:crypto'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import { readSigningKeys } from '../core/webhook/signing-keys.js'
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
  for (const key of readSigningKeys(secret)) {
    const expected = Buffer.from(sign(key, message))
    for (const one of given) if (isSame(one, expected)) matches += 1
  }
  return matches > 0
}

function sign(key: Uint8Array, { id, timestamp, body }: SignedMessage): string {
  return new StandardWebhook(key, { format: 'raw' }).sign(id, new Date(Number(timestamp) * 1000), body)
}

/** Those of the one version that there is; a header that came twice has a comma between. */
const readSignatures = (header: string): Buffer[] =>
  [...header.matchAll(/(?:^|[ ,])(v1,[A-Za-z0-9+/]{43}=)(?=[ ,]|$)/g)].map(([, one = '']) => Buffer.from(one))

const isSame = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && timingSafeEqual(one, other)
