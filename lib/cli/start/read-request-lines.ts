import { createHash } from 'node:crypto'
import { hashContent, orderKeyOf, parseRequest } from '../../core/request.js'

/** One line of a .jsonl file on its way to the operations queue. */
export type RequestLine = {
  number: number
  body: string
  bytes: number
  groupId: string
  deduplicationId: string
  /** `<storeHash>#<requestId>`, as in the ledger; absent where the line cannot be read that far. */
  key?: string
  storeHash?: string
  requestId?: string
  /** Tells two contents under one key apart; absent where the line is no valid request. */
  content?: string
}

/** A line that SQS would refuse, or that could not go through it byte for byte. */
export type UnsendableLine = { number: number; problem: string }

export type ReadLines = { lines: RequestLine[]; unsendable: UnsendableLine[] }

export type ReadContext = {
  /** Where a line names none: DEFAULT_STORE_HASH of the functions. */
  defaultStoreHash: string
  /** Unique for each run, so that SQS's own five-minute deduplication never hides a line from the ledger. */
  runId: string
}

/** What one SQS message may hold: 1 MiB. Larger than a request may be, so the service itself refuses what lies between. */
export const maxMessageBytes = 1024 * 1024

const newline = 0x0a
const carriageReturn = 0x0d
/** Everything that SQS takes in a body, by its documentation; a lone half of a surrogate pair cannot come out of the decoder. */
const sqsText = /^[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]*$/u
const groupPattern = /^[\x21-\x7e]{1,128}$/

/** A file's bytes to messages, in order. Empty lines are passed over; nothing else is lost. */
export function readRequestLines(bytes: Uint8Array, context: ReadContext): ReadLines {
  const read: ReadLines = { lines: [], unsendable: [] }
  let number = 0
  for (const lineBytes of splitLines(bytes)) {
    number += 1
    const line = readLine(lineBytes, number, context)
    if (line === undefined) continue
    if ('problem' in line) read.unsendable.push(line)
    else read.lines.push(line)
  }
  return read
}

function* splitLines(bytes: Uint8Array): Generator<Uint8Array> {
  let start = 0
  while (start < bytes.length) {
    const found = bytes.indexOf(newline, start)
    const end = found === -1 ? bytes.length : found
    yield bytes.subarray(start, end > start && bytes[end - 1] === carriageReturn ? end - 1 : end)
    start = end + 1
  }
}

function readLine(
  bytes: Uint8Array,
  number: number,
  context: ReadContext,
): RequestLine | UnsendableLine | undefined {
  if (bytes.length > maxMessageBytes) {
    return {
      number,
      problem: `has ${bytes.length} bytes; a queue message holds at most ${maxMessageBytes} (1 MiB)`,
    }
  }
  const body = decode(bytes)
  if (body === undefined) return { number, problem: 'is not UTF-8 text' }
  // A byte order mark counts as white space here.
  if (body.trim() === '') return undefined
  if (!sqsText.test(body))
    return { number, problem: 'has a control character that a queue message cannot hold' }
  return identifyLine(body, bytes.length, number, context)
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    // The mark at the start stays: the body goes out byte for byte.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    // Thrown for nothing but bytes that are no UTF-8; the caller reports the line.
    return undefined
  }
}

function identifyLine(body: string, bytes: number, number: number, context: ReadContext): RequestLine {
  const stableId = `line-${firstHex(body)}`
  const parsed = parseRequest(body, { requestId: stableId, storeHash: context.defaultStoreHash })
  const parts = parsed.valid ? parsed.request : parsed.readable
  const { storeHash, requestId } = parts
  // A line with a key of its own gets a new one from us each time, so that a duplicate reaches the ledger; a line without is
  // known by its content, so that the same file again is a repeat.
  const deduplicationId = requestId === stableId ? stableId : `${context.runId}:${number}`
  const isKnown = storeHash !== undefined && requestId !== undefined
  return {
    number,
    body,
    bytes,
    groupId: findGroup(parsed, number),
    deduplicationId,
    ...(isKnown && { key: `${storeHash}#${requestId}`, storeHash, requestId }),
    ...(parsed.valid && { content: hashContent(parsed.request) }),
  }
}

function findGroup(parsed: ReturnType<typeof parseRequest>, number: number): string {
  if (!parsed.valid) {
    const { storeHash, paymentId } = parsed.readable
    return storeHash === undefined || paymentId === undefined
      ? `unreadable:${number}`
      : `${storeHash}:${paymentId}`
  }
  const group = orderKeyOf(parsed.request)
  // An externalId may hold what a group id cannot; its digest keeps the order just as well.
  return groupPattern.test(group) ? group : `${parsed.request.storeHash}:${firstHex(group)}`
}

const firstHex = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32)
