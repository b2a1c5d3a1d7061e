import { type Agent, request } from 'node:http'

export type Post = { destination: string; headers: Record<string, string>; body: string; agent: Agent }

/** The status that the destination answers, or undefined when no answer comes before `signal` is aborted. Never rejects. */
export function postWebhook(
  { destination, headers, body, agent }: Post,
  signal: AbortSignal,
): Promise<number | undefined> {
  return new Promise(resolve => {
    const outgoing = request(destination, {
      method: 'POST',
      agent,
      signal,
      headers: { ...headers, 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) },
    })
    // Refused, reset, or too late: for the store one like the other.
    outgoing.on('error', () => resolve(undefined))
    outgoing.on('response', response => {
      response.on('error', () => resolve(undefined))
      response.on('end', () => resolve(response.statusCode))
      response.resume()
    })
    outgoing.end(body)
  })
}
