import { describe, expect, it } from '@jest/globals'
import { viewEntry } from '../../../lib/cli/operate/entry-view.js'
import type { LetterView } from '../../../lib/cli/operate/letter-view.js'
import { renderHistory } from '../../../lib/cli/operate/render-history.js'
import { renderLetters, renderWholeLetter } from '../../../lib/cli/operate/render-letters.js'
import { aFailure, anEntry, aRequest, instant } from '../../support/requests.js'

const aView = (fields: Partial<LetterView> = {}): LetterView => ({
  messageId: '6d1f0c5e-2f0b-4a57-9a55-0d3d6f1f2a11',
  queue: 'operations',
  envelope: 'payops',
  reason: 'OPERATION_NOT_ALLOWED',
  meaning: 'rejected',
  why: 'The payment operation is not allowed.',
  next: 'redrive once the store allows the operation, or discard',
  failedAt: '2026-11-22T10:00:00.000Z',
  ageMs: 3 * 3_600_000,
  storeHash: 'luma7x2',
  requestId: 'r-1',
  paymentId: 117,
  asked: 'apply to invoice balances',
  groupId: 'luma7x2:117',
  attributes: { errorCode: 'OPERATION_NOT_ALLOWED' },
  body: '{"paymentId":117,"operationCode":0}',
  ...fields,
})

describe('renderLetters', () => {
  it('says of each message what it is, what it means and what comes next, and counts at the end', () => {
    const views = [
      aView(),
      aView({
        reason: 'none',
        envelope: 'sqs',
        meaning: 'done',
        why: 'it took effect',
        next: 'safe to discard',
      }),
    ]
    expect(renderLetters(views)).toEqual([
      '6d1f0c5e-2f0b-4a57-9a55-0d3d6f1f2a11  3h old  OPERATION_NOT_ALLOWED',
      '  luma7x2, payment 117, apply to invoice balances, request r-1',
      '  rejected: The payment operation is not allowed.',
      '  next: redrive once the store allows the operation, or discard',
      '',
      '6d1f0c5e-2f0b-4a57-9a55-0d3d6f1f2a11  3h old  moved by SQS',
      '  luma7x2, payment 117, apply to invoice balances, request r-1',
      '  done already: it took effect',
      '  next: safe to discard',
      '',
      'reason                   count',
      'OPERATION_NOT_ALLOWED        1',
      'none (moved by SQS)          1',
      'in all                       2',
      '',
      'meaning                  count',
      'done already                 1',
      'rejected                     1',
      'in all                       2',
    ])
  })

  it('stays within 80 columns and cannot be steered by what a message says', () => {
    const nasty = `\u001B[2J${'x'.repeat(300)} ${'word '.repeat(60)}`
    const view = aView({ why: nasty, requestId: nasty, body: nasty, ledger: viewEntry(aFailure()) })
    const lines = [...renderLetters([view]), ...renderWholeLetter(view)]
    expect(lines.filter(line => line.length > 80)).toEqual([])
    expect(lines.join('\n')).not.toContain('\u001B')
  })
})

describe('renderHistory', () => {
  it('tells what was done, when, by which request and with what evidence', () => {
    const done = anEntry({
      request: aRequest({ requestId: 'erp-1' }),
      state: 'succeeded',
      ending: { effect: 'confirmed', completedAt: instant('12:00:05.000'), apiRequestId: 'x-9' },
    })
    expect(renderHistory([viewEntry(done)])).toEqual([
      '2026-11-22T11:59:58.000Z  succeeded  apply to invoice balances',
      '    request erp-1; 1 write; confirmed: the answer was lost; a look at the store',
      '    showed that it was done; completed 2026-11-22T12:00:05.000Z; API id x-9',
    ])
  })
})
