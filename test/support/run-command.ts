import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..', '..')
const node = join(root, 'node_modules', 'node', 'bin', 'node')

export type Ended = { code: number | null; stdout: string; stderr: string }
export type Running = {
  ended: Promise<Ended>
  /** All that it has printed, as soon as the text is in it. */
  sees(text: string): Promise<string>
  kill(signal: NodeJS.Signals): void
}

/** Starts Node, in the repository where no other place is named, with nothing of this process's environment but PATH. */
export function startNode(argv: string[], env: Record<string, string> = {}, cwd = root): Running {
  const child = spawn(node, argv, { cwd, env: { PATH: process.env['PATH'], CI: 'true', ...env } })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const ended = new Promise<Ended>(done => child.on('close', code => done({ code, stdout, stderr })))
  const sees = (text: string) =>
    new Promise<string>((done, fail) => {
      const look = () => stdout.includes(text) && done(stdout)
      child.stdout.on('data', look)
      child.on('close', () => fail(new Error(`ended without "${text}":\n${stdout}${stderr}`)))
      look()
    })
  return { ended, sees, kill: signal => child.kill(signal) }
}

/** The same, to its end. */
export const runNode = (argv: string[], env: Record<string, string> = {}, cwd = root): Promise<Ended> =>
  startNode(argv, env, cwd).ended
