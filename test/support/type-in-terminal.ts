import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..', '..')
const node = join(root, 'node_modules', 'node', 'bin', 'node')
const script = join(import.meta.dirname, 'type-in-terminal.py')

/** A Node command in a terminal of 80 columns, in which a person types `typed` once `awaited` shows; all that it showed. */
export function typeInTerminal(
  argv: string[],
  { awaited, typed }: { awaited: string; typed: string },
  env: Record<string, string>,
): Promise<{ code: number | null; shown: string }> {
  const child = spawn('python3', [script, node, ...argv], {
    cwd: root,
    env: { PATH: process.env['PATH'], TERM: 'xterm-256color', AWAITED: awaited, TYPED: typed, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let shown = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text
  })
  return new Promise((done, fail) => {
    child.on('error', fail)
    child.on('close', code => done({ code, shown }))
  })
}
