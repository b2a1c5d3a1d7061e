import { spawn } from 'node:child_process'
import { describe, expect, it } from '@jest/globals'

const lines = Array.from({ length: 2_000 }, (_, at) => `${at} ${'ä'.repeat(200)}`)

/** What a process prints that calls `writeLine` for each of them; its reader begins only when the pipe is full. */
async function printed(before: string): Promise<string> {
  const program = `
    import { writeLine } from './lib/adapters/write-line.ts'
    ${before}
    for (let at = 0; at < ${lines.length}; at += 1) writeLine(at + ' ' + 'ä'.repeat(200))`
  const child = spawn(
    'sh',
    ['-c', '"$0" --input-type=module --eval "$1" | { read first; echo "$first"; cat; }'].concat(
      process.execPath,
      program,
    ),
  )
  let text = ''
  child.stdout.setEncoding('utf8').on('data', chunk => {
    text += chunk
  })
  await new Promise(done => child.once('close', done))
  return text
}

describe('writeLine', () => {
  it('writes every line whole and in order', async () => {
    expect(await printed('')).toBe(`${lines.join('\n')}\n`)
  })

  it('writes every line whole and in order to a pipe that does not block', async () => {
    // Node's own stream, once it is made, leaves the pipe like that.
    expect(await printed('process.stdout.write("")')).toBe(`${lines.join('\n')}\n`)
  })
})
