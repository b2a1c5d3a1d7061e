import { spawn } from 'node:child_process'
import { atTheEnd } from '../../support/endings.js'
import { documentPath, nodePath, prismPath } from './judges.js'

/**
 * A Prism proxy on loopback in front of `upstream`. It passes on what agrees with the document; a request that does not
 * never reaches the upstream, and instead of an answer that does not the caller gets a 500: problem+json either way.
 */
export async function startPrism(upstream: string): Promise<{ url: string; log(): string }> {
  const argv = ['proxy', '--errors', '--host', '127.0.0.1', '--port', '0', documentPath, upstream]
  // Nothing of our environment: a proxy that is set there would stand between Prism and loopback.
  const child = spawn(nodePath, [prismPath, ...argv], { env: { NO_COLOR: '1' } })
  const closed = new Promise<void>(resolve => child.once('close', () => resolve()))
  atTheEnd(() => {
    child.kill('SIGKILL')
    return closed
  })
  let log = ''
  const url = await new Promise<string>((resolve, reject) => {
    const read = (text: string) => {
      log += text
      const url = /Prism is listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(log)?.[1]
      if (url !== undefined) resolve(url)
    }
    child.stdout.setEncoding('utf8').on('data', read)
    child.stderr.setEncoding('utf8').on('data', read)
    child.once('error', reject)
    void closed.then(() => reject(new Error(`Prism ended before it listened:\n${log}`)))
  })
  return { url, log: () => log }
}
