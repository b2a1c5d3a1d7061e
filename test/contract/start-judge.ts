import { type SpawnOptionsWithoutStdio, spawn } from 'node:child_process'
import { atTheEnd } from '../support/endings.js'

type Judge = {
  name: string
  argv: string[]
  /** All of the environment that it gets. */
  env: NonNullable<SpawnOptionsWithoutStdio['env']>
  /** What it prints once it listens, with its address as the first group. */
  listens: RegExp
}

/** A server that we did not write, on loopback, until the end of the test. */
export async function startJudge(program: string, judge: Judge): Promise<{ url: string; log(): string }> {
  const child = spawn(program, judge.argv, { env: judge.env })
  const closed = new Promise<void>(resolve => child.once('close', () => resolve()))
  atTheEnd(() => {
    child.kill('SIGKILL')
    return closed
  })
  let log = ''
  const url = await new Promise<string>((resolve, reject) => {
    const read = (text: string) => {
      log += text
      const found = judge.listens.exec(log)?.[1]
      if (found !== undefined) resolve(found)
    }
    child.stdout.setEncoding('utf8').on('data', read)
    child.stderr.setEncoding('utf8').on('data', read)
    child.once('error', reject)
    void closed.then(() => reject(new Error(`${judge.name} ended before it listened:\n${log}`)))
  })
  return { url, log: () => log }
}
