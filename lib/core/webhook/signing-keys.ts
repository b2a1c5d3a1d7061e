/** With this prefix a secret is the specification's own form: base64 of the key. */
const prefix = 'whsec_'

/**
 * The keys that a store may sign with whose webhook secret this is; none: nothing ever verifies by it. The store's documentation
 * calls the key "the client secret, base64-encoded", and the specification's libraries decode what they are given: the key is the
 * secret's text. A secret that was stored encoded already is tried as that, too.
 */
export function readSigningKeys(secret: string): Uint8Array[] {
  const encoded = secret.startsWith(prefix) ? secret.slice(prefix.length) : secret
  const decoded = Buffer.from(encoded, 'base64')
  const isEncoded = decoded.length > 0 && decoded.toString('base64') === encoded
  const keys: Uint8Array[] = isEncoded ? [decoded] : []
  if (encoded === secret && secret !== '') keys.unshift(Buffer.from(secret))
  return keys
}
