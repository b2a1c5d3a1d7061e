import { describe, expect, it } from '@jest/globals'
import { judgeBatchAnswer } from '../../../lib/local/stack/batch-answer.js'

describe('judgeBatchAnswer', () => {
  it.each([
    ['null', null],
    ['nothing', undefined],
    ['an empty object', {}],
    ['a null list', { batchItemFailures: null }],
    ['an empty list', { batchItemFailures: [] }],
  ])('takes %s for complete success', (_, answer) => {
    expect(judgeBatchAnswer(answer, ['a', 'b'])).toEqual({ failed: new Set() })
  })

  it('keeps the messages that are named', () => {
    const answer = { batchItemFailures: [{ itemIdentifier: 'b' }] }
    expect(judgeBatchAnswer(answer, ['a', 'b'])).toEqual({ failed: new Set(['b']) })
  })

  it.each([
    ['a text', 'done'],
    ['a list', []],
    ['failures that are no list', { batchItemFailures: 'b' }],
    ['a failure that is no object', { batchItemFailures: ['b'] }],
    ['an empty id', { batchItemFailures: [{ itemIdentifier: '' }] }],
    ['a null id', { batchItemFailures: [{ itemIdentifier: null }] }],
    ['another key than itemIdentifier', { batchItemFailures: [{ messageId: 'b' }] }],
    [
      'an id that is not in the batch',
      { batchItemFailures: [{ itemIdentifier: 'a' }, { itemIdentifier: 'z' }] },
    ],
  ])('takes %s for complete failure', (_, answer) => {
    expect(judgeBatchAnswer(answer, ['a', 'b'])).toEqual({ allFailed: expect.any(String) })
  })
})
