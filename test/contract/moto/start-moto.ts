import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { atTheEnd } from '../../support/endings.js'
import { motoServer, requireJudge } from '../find-judge.js'

/** moto's server on a free port of loopback: an AWS that we did not write. */
export async function startMoto(): Promise<{ url: string }> {
  // Nothing of our environment but PATH, in which its interpreter is; code is not fetched from S3, for we run it ourselves.
  const env = {
    PATH: process.env['PATH'],
    PYTHONPATH: join(import.meta.dirname, 'python'),
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONUNBUFFERED: '1',
    VALIDATE_LAMBDA_S3: 'false',
    NO_COLOR: '1',
  }
  const child = spawn(requireJudge(motoServer), ['-H', '127.0.0.1', '-p', '0'], { env })
  const closed = new Promise<void>(resolve => child.once('close', () => resolve()))
  atTheEnd(() => {
    child.kill('SIGKILL')
    return closed
  })
  let log = ''
  const url = await new Promise<string>((resolve, reject) => {
    const read = (text: string) => {
      log += text
      const found = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(log)?.[1]
      if (found !== undefined) resolve(found)
    }
    child.stdout.setEncoding('utf8').on('data', read)
    child.stderr.setEncoding('utf8').on('data', read)
    child.once('error', reject)
    void closed.then(() => reject(new Error(`moto ended before it listened:\n${log}`)))
  })
  return { url }
}
