import { execFileSync } from 'node:child_process'
import { describe, expect, it } from '@jest/globals'
import { shellWord } from '../../lib/core/shell-word.js'

describe('shellWord', () => {
  it('leaves a key of the contract as it is', () => {
    expect(shellWord('erp:4711/2026-11_a.b')).toBe('erp:4711/2026-11_a.b')
  })

  it.each(['$(echo no)', '`echo no`', "it's", 'a;b', 'a b', '|x', "';echo no;'", '"', '\\', ''])(
    'is read by a shell as the one word %j',
    text => {
      expect(execFileSync('sh', ['-c', `printf %s ${shellWord(text)}`]).toString()).toBe(text)
    },
  )
})
