import { startJudge } from '../start-judge.js'
import { documentPath, nodePath, prismPath } from './judges.js'

/**
 * A Prism proxy on loopback in front of `upstream`. It passes on what agrees with the document; a request that does not
 * never reaches the upstream, and instead of an answer that does not the caller gets a 500: problem+json either way.
 */
export async function startPrism(upstream: string): Promise<{ url: string; log(): string }> {
  const argv = ['proxy', '--errors', '--host', '127.0.0.1', '--port', '0', documentPath, upstream]
  // Nothing of our environment: a proxy that is set there would stand between Prism and loopback.
  return startJudge(nodePath, {
    name: 'Prism',
    argv: [prismPath, ...argv],
    env: { NO_COLOR: '1' },
    listens: /Prism is listening on (http:\/\/127\.0\.0\.1:\d+)/,
  })
}
