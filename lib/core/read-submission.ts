import { toGroupId } from './group-id.js'
import { isRecord } from './read-field.js'
import { hashContent, type OperationRequest, orderKeyOf, parseRequest } from './request.js'

/** A request on its way to the operations queue; `body` names its key and its store itself, whatever was left out. */
export type Submission = {
  line: number
  body: string
  request: OperationRequest
  groupId: string
  /** It had no key, so nobody but us knows the one that it got. */
  isKeyNew: boolean
}
export type Unusable = { line: number; problem: string }

export type ReadContext = {
  /** For a request that names no store. */
  storeHash?: string | undefined
  /** A key for a request that has none. */
  newKey: () => string
}

/** Untrusted text to requests, in order: one as JSON, or one a line. What `dlq export` writes is read as the requests in it. */
export function readSubmission(
  text: string,
  context: ReadContext,
): { submissions: Submission[]; unusable: Unusable[] } {
  const read: { submissions: Submission[]; unusable: Unusable[] } = { submissions: [], unusable: [] }
  const known = new Map<string, { line: number; content: string }>()
  for (const { line, body } of splitLines(text.replace(/^\uFEFF/, ''))) {
    let isKeyNew = false
    const newKey = (): string => {
      isKeyNew = true
      return context.newKey()
    }
    const completed = complete(body, { ...context, newKey })
    const parsed = parseRequest(completed, { requestId: '', storeHash: context.storeHash })
    if (!parsed.valid) {
      read.unusable.push({ line, problem: parsed.refusal.message })
      continue
    }
    const { request } = parsed
    const key = `${request.storeHash}#${request.requestId}`
    const content = hashContent(request)
    const first = known.get(key)
    if (first !== undefined && first.content !== content) {
      const problem = `requestId: line ${first.line} has the same with other content`
      read.unusable.push({ line, problem })
      continue
    }
    known.set(key, first ?? { line, content })
    const groupId = toGroupId(orderKeyOf(request))
    read.submissions.push({ line, body: completed, request, groupId, isKeyNew })
  }
  return read
}

function splitLines(text: string): { line: number; body: string }[] {
  if (parseJson(text) !== undefined) return [{ line: 1, body: text.trim() }]
  return text
    .split(/\r?\n/)
    .map((body, index) => ({ line: index + 1, body }))
    .filter(({ body }) => body.trim() !== '')
}

/** Byte for byte where nothing is missing. What is no object is left for the parser to refuse. */
function complete(text: string, { storeHash, newKey }: ReadContext): string {
  const json = parseJson(text)
  if (!isRecord(json)) return text
  const letter = readLetter(json)
  if (letter !== undefined) {
    const { body, key, store } = letter
    return complete(body, { storeHash: store ?? storeHash, newKey: () => key ?? newKey() })
  }
  const missing = {
    ...(!Object.hasOwn(json, 'requestId') && { requestId: newKey() }),
    ...(!Object.hasOwn(json, 'storeHash') && storeHash !== undefined && { storeHash }),
  }
  return Object.keys(missing).length === 0 ? text : JSON.stringify({ ...missing, ...json })
}

/** A line of `dlq export`: the request is in its body, and beside it the key and the store that a body may lack. */
function readLetter(
  json: Record<string, unknown>,
): { body: string; key?: string; store?: string } | undefined {
  const { messageId, body, requestId, storeHash } = json
  if (typeof messageId !== 'string' || typeof body !== 'string' || parseJson(body) === undefined)
    return undefined
  return {
    body,
    ...(typeof requestId === 'string' && { key: requestId }),
    ...(typeof storeHash === 'string' && { store: storeHash }),
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Several lines are no JSON together, and a broken one is the parser's to name.
    return undefined
  }
}
