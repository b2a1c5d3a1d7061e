import { detailCall, writeCallFor } from '../../lib/core/api-call.js'
import { boundMessage } from '../../lib/core/outcome.js'
import {
  hashContent,
  type OperationRequest,
  type ParsedRequest,
  paymentIdOf,
} from '../../lib/core/request.js'
import { type Judgement, judgeText, type KeyAndStore } from './judge-by-contract.js'
import type { Subject } from './subject.js'
import { reasonOf, type Tally } from './tally.js'
import { promise, Violation } from './violation.js'

/** Everything that a path may be: numbers in it are digits and at most one point. */
const pathPattern =
  /^\/payments\/(?:offline|(?:offline\/)?\d+(?:\.\d+)?|\d+(?:\.\d+)?\/(?:operations|processing-status))$/
const ledgerKeyBytesMax = 2048

/** The parser never throws, judges as the contract does, names what is wrong, and lets only a number reach the URL. */
export function checkParse({ parse }: Subject, text: string, given: KeyAndStore, tally: Tally): Judgement {
  const judgement = judgeText(text, given)
  const parsed = parseSafely(parse, text, given)
  tally.generated += 1
  promise(
    parsed.valid === judgement.valid,
    'other',
    `the parser says ${parsed.valid ? 'valid' : parsed.refusal.message.slice(0, 200)}, the contract says the opposite`,
    text,
  )
  if (parsed.valid) {
    tally.valid += 1
    checkAccepted(parse, text, parsed.request)
  } else {
    const { code, message } = parsed.refusal
    checkReason(code, message, text)
    const reason = reasonOf(message)
    tally.invalid[reason] = (tally.invalid[reason] ?? 0) + 1
  }
  return judgement
}

function parseSafely(parse: Subject['parse'], text: string, given: KeyAndStore): ParsedRequest {
  try {
    return parse(text, given)
  } catch (error) {
    // The very thing that is looked for.
    throw new Violation('crash', `the parser throws ${error}`, text)
  }
}

/** `field: what is wrong`, or words about the body as a whole; at most 1 KiB when it goes out. */
export function checkReason(code: string, message: string, text: string): void {
  promise(code === 'INVALID_REQUEST', 'unnamed', `the code is ${code}`, text)
  promise(
    /^(?:the body .|[^:\s].*?: .)/su.test(message),
    'unnamed',
    `the reason "${message.slice(0, 200)}" names nothing`,
    text,
  )
  promise(!/invalid input/i.test(message), 'unnamed', 'the reason says only that it is invalid', text)
  const bounded = boundMessage(message)
  promise(
    bounded !== '' && Buffer.byteLength(bounded) <= 1024,
    'unnamed',
    'the reason cannot be told within 1 KiB',
    text,
  )
  // Where the reason is cut, what it is about must still stand there.
  promise(/^the body |: /.test(bounded), 'unnamed', 'the reason is cut before it says what is wrong', text)
}

function checkAccepted(parse: Subject['parse'], text: string, request: OperationRequest): void {
  // Without metadata, which is no content: with its key and store named, a body of 256 KiB would become too large.
  const { metadata: _, ...content } = request
  const again = parse(JSON.stringify(content), { requestId: 'another' })
  promise(
    again.valid ? hashContent(again.request) === hashContent(request) : hasForeignKey(request),
    'other',
    'the request, written down and read again, has another content',
    text,
  )
  const paymentId = paymentIdOf(request)
  const paths = [writeCallFor(request).path, ...(paymentId === undefined ? [] : [detailCall(paymentId).path])]
  for (const path of paths) promise(pathPattern.test(path), 'other', `the path ${path} reaches the URL`, text)
  promise(
    Buffer.byteLength(`${request.storeHash}#${request.requestId}`) <= ledgerKeyBytesMax,
    'other',
    'the ledger cannot hold the key of an accepted request',
    text,
  )
}

/** A key that came from SQS or EventBridge is used as it is, and need not be one that a body could name. */
const hasForeignKey = ({ requestId }: OperationRequest): boolean => !/^[\w.:/-]{1,128}$/.test(requestId)
