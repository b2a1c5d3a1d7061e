import { type Source, sources } from '../core/ledger-entry.js'
import { holdKeyOf, type ParsedRequest, parseRequest } from '../core/request.js'
import type { Incoming } from './ports.js'

/** A message with what its body asks for: parsed once, whatever becomes of it. */
export type ReadMessage = {
  incoming: Incoming
  groupId: string
  source: Source
  parsed: ParsedRequest
  holdKey?: string
  redriveOf?: string
}

export function readIncoming(incoming: Incoming, defaultStoreHash: string | undefined): ReadMessage {
  const { attributes } = incoming
  const redriveOf = isRedrive(attributes) ? attributes['failedAt'] : undefined
  // The key of a redrive is the one that it failed under, not the new message's.
  const key =
    (redriveOf === undefined ? undefined : readKey(attributes['requestId'])) ?? incoming.deduplicationId
  const parsed = parseRequest(incoming.body, {
    requestId: key ?? incoming.messageId,
    // Where it failed is where it was meant; the default may have changed since.
    storeHash:
      (redriveOf === undefined ? undefined : readStoreHash(attributes['storeHash'])) ?? defaultStoreHash,
  })
  return {
    incoming,
    groupId: incoming.groupId,
    source: readSource(attributes['source']),
    parsed,
    ...(parsed.valid && { holdKey: holdKeyOf(parsed.request) }),
    ...(redriveOf !== undefined && { redriveOf }),
  }
}

/** No key of ours is longer, whatever road it came by; a longer one was written by hand, and the ledger could not hold it. */
const readKey = (key: string | undefined): string | undefined =>
  key !== undefined && key.length <= keyLengthMax ? key : undefined
const keyLengthMax = 128

const readStoreHash = (text: string | undefined): string | undefined =>
  text !== undefined && /^[a-z0-9]{1,32}$/.test(text) ? text : undefined

const isRedrive = (attributes: Record<string, string>): boolean =>
  attributes['errorCode'] !== undefined && attributes['failedAt'] !== undefined

const readSource = (source: string | undefined): Source => sources.find(known => known === source) ?? 'sqs'
