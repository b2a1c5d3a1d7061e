import { describe, expect, it } from '@jest/globals'
import type { OutcomeSeen } from '../../../lib/cli/start/outcome-seen.js'
import { readRequestLines } from '../../../lib/cli/start/read-request-lines.js'
import { createTally } from '../../../lib/cli/start/tally.js'

const readTexts = (...texts: string[]) =>
  readRequestLines(Buffer.from(texts.join('\n')), { defaultStoreHash: 'luma7x2', runId: 'run-1' })
const tallyOf = (...texts: string[]) => {
  const { lines, unsendable } = readTexts(...texts)
  return createTally(lines, unsendable)
}
const apply = (requestId: string, paymentId: number | string = 117) =>
  JSON.stringify({ requestId, paymentId, operationCode: 0 })

const anOutcome = (overrides: Partial<OutcomeSeen> = {}): OutcomeSeen => ({
  requestId: 'a',
  storeHash: 'luma7x2',
  status: 'succeeded',
  effect: 'performed',
  attempts: 1,
  ...overrides,
})
const notAllowed = { code: 'OPERATION_NOT_ALLOWED', message: 'The payment operation is not allowed.' }

describe('createTally', () => {
  it('counts the three ways to succeed apart', () => {
    const tally = tallyOf(apply('a'), apply('b'), apply('c'))
    tally.recordOutcome(anOutcome())
    tally.recordOutcome(anOutcome({ requestId: 'b', effect: 'confirmed' }))
    tally.recordOutcome(anOutcome({ requestId: 'c', effect: 'alreadyDone' }))
    expect(tally.summarize().succeeded).toEqual({ performed: 1, confirmed: 1, alreadyDone: 1 })
    expect(tally.settledCount()).toBe(3)
  })

  it('counts repeats of a key as duplicates, whether its first line succeeded or failed', () => {
    const tally = tallyOf(apply('a'), apply('a', '117'), apply('b', 129), apply('b', 129))
    tally.recordOutcome(anOutcome())
    tally.recordOutcome(anOutcome({ requestId: 'b', status: 'failed', effect: 'none', error: notAllowed }))
    expect(tally.summarize()).toMatchObject({
      succeeded: { performed: 1 },
      failed: [
        { code: 'OPERATION_NOT_ALLOWED', count: 1, example: 'b: The payment operation is not allowed.' },
      ],
      duplicates: 2,
      withoutOutcome: [],
    })
  })

  it('counts an outcome that comes twice once', () => {
    const tally = tallyOf(apply('a'))
    tally.recordOutcome(anOutcome())
    tally.recordOutcome(anOutcome())
    expect(tally.settledCount()).toBe(1)
    expect(tally.summarize().succeeded.performed).toBe(1)
  })

  it('judges a bad line by its dead letter, though it carries the key of a good one', () => {
    const bad = '{"requestId":"a","paymentId":117,"operationCode":9}'
    const tally = tallyOf(apply('a'), bad)
    tally.recordOutcome(anOutcome())
    tally.recordOutcome(
      anOutcome({
        status: 'failed',
        effect: 'none',
        error: { code: 'INVALID_REQUEST', message: 'operationCode' },
      }),
    )
    tally.recordDeadLetter({
      body: bad,
      errorCode: 'INVALID_REQUEST',
      errorMessage: 'operationCode: must be …',
    })
    expect(tally.summarize()).toMatchObject({
      succeeded: { performed: 1 },
      badLines: [{ number: 2, message: 'operationCode: must be …' }],
      failed: [],
      duplicates: 0,
    })
  })

  it('counts other content under a known key as a failure of that line', () => {
    const conflict = '{"requestId":"a","paymentId":117,"operationCode":1}'
    const tally = tallyOf(apply('a'), conflict)
    tally.recordOutcome(anOutcome())
    tally.recordDeadLetter({
      body: conflict,
      errorCode: 'IDEMPOTENCY_CONFLICT',
      errorMessage: 'other content',
    })
    expect(tally.summarize()).toMatchObject({
      succeeded: { performed: 1 },
      failed: [{ code: 'IDEMPOTENCY_CONFLICT', count: 1, example: 'a: other content' }],
      duplicates: 0,
    })
  })

  it('names a request without a key by its line', () => {
    const tally = tallyOf('', '{"paymentId":129,"operationCode":0}')
    const [line] = readTexts('', '{"paymentId":129,"operationCode":0}').lines
    const requestId = line?.requestId ?? ''
    tally.recordOutcome(anOutcome({ requestId, status: 'failed', effect: 'none', error: notAllowed }))
    expect(tally.summarize().failed[0]?.example).toBe('line 2: The payment operation is not allowed.')
  })

  it('shows a message that SQS itself moved as that', () => {
    const tally = tallyOf(apply('a'))
    tally.recordDeadLetter({ body: apply('a') })
    expect(tally.summarize().failed).toEqual([
      { code: '(moved by SQS)', count: 1, example: 'a: no reason on record' },
    ])
  })

  it('counts doubts with one example', () => {
    const tally = tallyOf(apply('a'), apply('b'))
    const doubt = {
      status: 'inDoubt',
      effect: 'unknown',
      error: { code: 'IN_DOUBT', message: 'look at payment 117' },
    } as const
    tally.recordOutcome(anOutcome(doubt))
    tally.recordOutcome(anOutcome({ ...doubt, requestId: 'b' }))
    expect(tally.summarize().inDoubt).toEqual({ count: 2, example: 'a: look at payment 117' })
  })

  it('lists the lines that nothing was heard of', () => {
    const tally = tallyOf(apply('a'), apply('b'))
    tally.recordOutcome(anOutcome({ requestId: 'b' }))
    expect(tally.summarize().withoutOutcome).toEqual([1])
    expect(tally.settledCount()).toBe(1)
  })

  it('does not take the outcome of another store for this one', () => {
    const tally = tallyOf(apply('a'))
    tally.recordOutcome(anOutcome({ storeHash: 'nordic4b' }))
    expect(tally.summarize().withoutOutcome).toEqual([1])
  })

  it('counts a line that no queue takes as a bad line', () => {
    const tally = tallyOf('\u0001', apply('a'))
    tally.recordOutcome(anOutcome())
    expect(tally.settledCount()).toBe(2)
    expect(tally.summarize()).toMatchObject({ lines: 2, badLines: [{ number: 1 }] })
  })
})
