import { describe, expect, it } from '@jest/globals'
import {
  assert,
  errorCodes,
  GroundError,
  InvalidConfig,
  StaleLease,
  Unavailable,
  unreachable,
} from '../../lib/core/errors.js'

describe('errors', () => {
  it('names the ten codes of the contract', () => {
    expect(errorCodes).toEqual([
      'INVALID_REQUEST',
      'IDEMPOTENCY_CONFLICT',
      'OPERATION_NOT_ALLOWED',
      'PAYMENT_NOT_FOUND',
      'REJECTED_BY_API',
      'CREDENTIALS_MISSING',
      'CREDENTIALS_REJECTED',
      'RETRIES_EXHAUSTED',
      'IN_DOUBT',
      'BLOCKED_BY_DOUBT',
    ])
  })

  it.each([
    [new Unavailable('the ledger did not answer'), 'UNAVAILABLE'],
    [new StaleLease('taken over'), 'STALE_LEASE'],
    [new InvalidConfig('OPERATIONS_QUEUE_URL is missing'), 'INVALID_CONFIG'],
  ])('tells %s from a bug by its base and its code', (error, code) => {
    expect(error).toBeInstanceOf(GroundError)
    expect(error).toBeInstanceOf(Error)
    expect(error.code).toBe(code)
  })

  it('asserts with a message that says that it is a bug', () => {
    expect(() => assert(false, 'a claim compares entries of one key')).toThrow(
      'Bug: a claim compares entries of one key',
    )
    expect(() => assert(true, 'nothing is wrong')).not.toThrow()
  })

  it('is no ground error when it is a bug', () => {
    expect(() => assert(false, 'x')).toThrow(expect.not.objectContaining({ code: expect.anything() }))
  })

  it('throws where an exhaustive switch falls through', () => {
    expect(() => unreachable('sideways' as never)).toThrow('Bug: unexpected value "sideways"')
  })
})
