import type { IncomingMessage } from 'node:http'
import { type Answer, refusals } from './answers.js'

const maxBytes = 1024 * 1024

/** The JSON object that the request carries, or its refusal. Rejects when the client goes away before its end. */
export async function readBody(
  request: IncomingMessage,
): Promise<{ body: Record<string, unknown>; refusal?: never } | { body?: never; refusal: Answer }> {
  const chunks: Buffer[] = []
  let bytes = 0
  // Leaving the loop must not destroy the socket: the refusal has to go out through it.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += chunk.length
    if (bytes > maxBytes) {
      request.resume()
      return { refusal: refusals.tooLarge }
    }
    chunks.push(chunk)
  }
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
    return { refusal: refusals.wrongMediaType }
  }
  return parseObject(Buffer.concat(chunks).toString())
}

function parseObject(text: string): { body: Record<string, unknown> } | { refusal: Answer } {
  try {
    const parsed: unknown = JSON.parse(text)
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
      return { refusal: refusals.notAnObject }
    return { body: parsed as Record<string, unknown> }
  } catch {
    // JSON.parse throws for nothing but bad JSON, and its words may quote the body.
    return { refusal: refusals.notJson }
  }
}
