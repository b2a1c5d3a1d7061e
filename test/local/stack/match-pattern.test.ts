import { describe, expect, it } from '@jest/globals'
import { matchesPattern, parsePattern } from '../../../lib/local/stack/match-pattern.js'

const event = {
  source: 'erp',
  'detail-type': 'Payment Operation Requested',
  detail: { paymentId: 117, status: null, tags: ['a', 'b'], nested: { code: 0 } },
}

describe('matchesPattern', () => {
  it.each([
    ['an exact value', { source: ['erp'] }, true],
    ['one of several values', { source: ['crm', 'erp'] }, true],
    ['another value', { source: ['crm'] }, false],
    ['a number, not its text', { detail: { paymentId: ['117'] } }, false],
    ['a null', { detail: { status: [null] } }, true],
    ['all keys at once', { source: ['erp'], 'detail-type': ['Other'] }, false],
    ['a value deeper in the detail', { detail: { nested: { code: [0] } } }, true],
    ['a mapping where the event has none', { source: { deeper: ['x'] } }, false],
    ['one element of a list', { detail: { tags: ['b'] } }, true],
    ['a prefix', { 'detail-type': [{ prefix: 'Payment ' }] }, true],
    ['a suffix that differs', { 'detail-type': [{ suffix: 'Failed' }] }, false],
    ['anything but another value', { source: [{ 'anything-but': 'payops' }] }, true],
    ['anything but this value', { source: [{ 'anything-but': ['erp', 'payops'] }] }, false],
    ['anything but a prefix', { source: [{ 'anything-but': { prefix: 'er' } }] }, false],
    ['anything but, where the field is missing', { detail: { absent: [{ 'anything-but': 'x' }] } }, false],
    ['a field that exists', { detail: { paymentId: [{ exists: true }] } }, true],
    ['a field that must not exist', { detail: { absent: [{ exists: false }] } }, true],
  ])('decides on %s', (_, pattern, expected) => {
    expect(matchesPattern(parsePattern(pattern, 'pattern'), event)).toBe(expected)
  })
})
