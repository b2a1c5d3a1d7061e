import { describe, expect, it } from '@jest/globals'
import { readNumber, readNumbers, readPositiveNumber, readText } from '../../lib/core/read-field.js'

describe('readNumber', () => {
  it.each<[unknown, number | undefined]>([
    [3, 3],
    ['3', 3],
    ['-1.5', -1.5],
    ['', undefined],
    [' 3', undefined],
    ['0x3', undefined],
    ['3e2', undefined],
    ['9'.repeat(400), undefined],
    [Number.NaN, undefined],
    [Number.POSITIVE_INFINITY, undefined],
    [null, undefined],
    [true, undefined],
    [[3], undefined],
  ])('reads %p as %p', (value, number) => {
    expect(readNumber(value)).toBe(number)
  })
})

describe('readPositiveNumber', () => {
  it.each<[unknown, number | undefined]>([
    [117, 117],
    ['117', 117],
    [0, undefined],
    ['0', undefined],
    // As a double it is 9007199254740992, which is another payment.
    ['9007199254740993', undefined],
    [1e300, undefined],
    [-1, undefined],
    [null, undefined],
  ])('reads %p as the id %p', (value, number) => {
    expect(readPositiveNumber(value)).toBe(number)
  })
})

describe('readNumbers', () => {
  it.each<[unknown, number[]]>([
    [
      ['1', 2, null, 'x', '4'],
      [1, 2, 4],
    ],
    [null, []],
    ['12', []],
  ])('reads %j as the codes %j', (values, numbers) => {
    expect(readNumbers(values)).toEqual(numbers)
  })
})

describe('readText', () => {
  it.each<[unknown, string | undefined]>([
    ['', ''],
    ['20.0000', '20.0000'],
    [6041, '6041'],
    [null, undefined],
    [{}, undefined],
    [['a'], undefined],
    [true, undefined],
  ])('reads %p as the text %p', (value, text) => {
    expect(readText(value)).toBe(text)
  })
})
