import { join } from 'node:path'
import { motoServer, requireJudge } from '../find-judge.js'
import { startJudge } from '../start-judge.js'

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
  return startJudge(requireJudge(motoServer), {
    name: 'moto',
    argv: ['-H', '127.0.0.1', '-p', '0'],
    env,
    listens: /Running on (http:\/\/127\.0\.0\.1:\d+)/,
  })
}
