import { describe, expect, it } from '@jest/globals'
import { readArguments } from './read-arguments.js'

describe('readArguments', () => {
  it('measures seven rounds of 3,000 messages into docs/performance.md unless told otherwise', () => {
    expect(readArguments([])).toEqual({
      rounds: 7,
      messages: 3_000,
      out: 'docs/performance.md',
      full: false,
      check: false,
      only: undefined,
      help: false,
    })
  })

  it.each([
    { args: ['--round', '3'], says: /Unknown option '--round'/ },
    { args: ['quota'], says: /Unexpected argument 'quota'/ },
    { args: ['--rounds', '0'], says: /--rounds takes a whole number from 1, not "0"/ },
    { args: ['--messages', '1e3'], says: /--messages takes a whole number from 1, not "1e3"/ },
    { args: ['--only', 'peers'], says: /--only takes contenders, growth, door or quota, not "peers"/ },
  ])('refuses $args', ({ args, says }) => {
    expect(() => readArguments(args)).toThrow(says)
  })
})
