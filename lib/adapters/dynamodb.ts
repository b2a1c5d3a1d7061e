import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import type {
  BatchGetItemInput,
  BatchGetItemOutput,
  GetItemInput,
  GetItemOutput,
  PutItemInput,
  PutItemOutput,
  QueryInput,
  QueryOutput,
  ScanInput,
  ScanOutput,
  UpdateItemInput,
  UpdateItemOutput,
} from '@aws-sdk/client-dynamodb'
import type { Clock } from '../engine/ports.js'
import type { Item } from './ledger-item.js'
import { createSigner, type SigningCredentials } from './sign-dynamodb.js'

/**
 * DynamoDB over its JSON protocol: two of these calls are made for every message, and the SDK's own way through them costs
 * more than everything else that is done for it (docs/decisions/0006). Credentials come from the SDK's
 * default chain. Items are strings, numbers, booleans and string sets, which the protocol writes as the SDK does; no binary.
 */
export type DynamoDb = {
  /** Throws `ConditionRefused`, or `DynamoDbFailed` after its tries. */
  call<A extends Action>(action: A, input: Actions[A]['input']): Promise<Actions[A]['output']>
}

type Actions = {
  PutItem: { input: PutItemInput; output: PutItemOutput }
  GetItem: { input: GetItemInput; output: GetItemOutput }
  BatchGetItem: { input: BatchGetItemInput; output: BatchGetItemOutput }
  UpdateItem: { input: UpdateItemInput; output: UpdateItemOutput }
  Query: { input: QueryInput; output: QueryOutput }
  Scan: { input: ScanInput; output: ScanOutput }
}
export type Action = keyof Actions

/** A refused condition is an answer; `item` is the one in the way, where DynamoDB told it. */
export class ConditionRefused extends Error {
  override readonly name = 'ConditionRefused'
  constructor(readonly item: Item | undefined) {
    super('the condition was not met')
  }
}

/** `name` is DynamoDB's own of the error, or the network's; what is passing may succeed when it is asked again. */
export class DynamoDbFailed extends Error {
  constructor(
    override readonly name: string,
    readonly isPassing: boolean,
    /** No answer came: the connection is not to be trusted, nor are others of its age. */
    readonly isLost = false,
  ) {
    super(name)
  }
}

type Deps = { clock: Clock; roll: () => number; credentials: () => Promise<SigningCredentials> }

const triesMax = 3
/** Without a byte of an answer for this long, the call is given up; DynamoDB answers in milliseconds. */
const silenceMaxMs = 3_000
/** An answer that keeps coming has so many times as long: it must not outlast the invocation byte by byte. */
const answerMaxFactor = 2
/** DynamoDB ends a page at 1 MiB and a batch at 16 MiB; more is no answer of its. */
const answerCharsMax = 32 * 1024 * 1024
const firstRetryDelayMs = 50

export function createDynamoDb(
  deps: Deps,
  settings: { endpoint: URL; region: string; silenceMs?: number },
): DynamoDb {
  const { endpoint, region, silenceMs = silenceMaxMs } = settings
  const isTls = endpoint.protocol === 'https:'
  const agent = isTls ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true })
  const signFor = createSigner(endpoint.host, region, endpoint.pathname)
  const send = isTls ? requestHttps : requestHttp

  const place = {
    method: 'POST',
    hostname: endpoint.hostname.replace(/^\[|\]$/g, ''),
    port: endpoint.port || undefined,
    path: endpoint.pathname,
    timeout: silenceMs,
  }

  /** `onItsOwn`: not on a pooled socket. After a freeze all of the pool may be dead, and they may be more than the tries. */
  async function once(action: Action, body: string, onItsOwn: boolean): Promise<Answer> {
    const target = `DynamoDB_20120810.${action}`
    const headers = signFor(target, body, await deps.credentials(), deps.clock.now())
    return new Promise((resolve, reject) => {
      const call = send({ ...place, headers, agent: onItsOwn ? false : agent })
      const latest = deps.clock.now() + silenceMs * answerMaxFactor
      const isLate = () => deps.clock.now() > latest
      call.on('response', response =>
        readAnswer(response, isLate).then(resolve, (error: NodeJS.ErrnoException) => reject(lostBy(error))),
      )
      call.on('timeout', () => {
        reject(new DynamoDbFailed('TimeoutError', true, true))
        call.destroy()
      })
      call.on('error', (error: NodeJS.ErrnoException) => reject(lostBy(error)))
      call.end(body)
    })
  }

  /** Every write of the ledger may be sent twice: its condition, or its nature, tells that it was made already. */
  async function untilAnswered(action: Action, body: string): Promise<unknown> {
    let wasLost = false
    for (let tries = 1; ; tries += 1) {
      try {
        const answer = await once(action, body, wasLost)
        if (answer.status === 200 && isResult(answer.content)) return answer.content
        throw toError(answer)
      } catch (error) {
        // What another try may mend is tried again; the rest is the caller's.
        if (!(error instanceof DynamoDbFailed && error.isPassing) || tries >= triesMax) throw error
        wasLost = error.isLost
        await deps.clock.sleep(firstRetryDelayMs * 2 ** (tries - 1) * deps.roll())
      }
    }
  }

  return {
    call: async <A extends Action>(action: A, input: Actions[A]['input']) =>
      (await untilAnswered(action, JSON.stringify(input))) as Actions[A]['output'],
  }
}

type Answer = { status: number; content: unknown }

function readAnswer(response: IncomingMessage, isLate: () => boolean): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let text = ''
    response.setEncoding('utf8')
    response.on('data', (chunk: string) => {
      text += chunk
      const problem = text.length > answerCharsMax ? 'AnswerTooLong' : isLate() ? 'TimeoutError' : undefined
      if (problem !== undefined) response.destroy(Object.assign(new Error(problem), { code: problem }))
    })
    response.on('end', () => resolve(parseAnswer(response.statusCode ?? 0, text)))
    response.on('error', reject)
  })
}

function parseAnswer(status: number, text: string): Answer {
  try {
    return { status, content: JSON.parse(text) }
  } catch {
    // A gateway's page; the status says what it is worth, and a success without content is none.
    return { status: status === 200 ? 502 : status, content: undefined }
  }
}

const isRecord = (content: unknown): content is Record<string, unknown> =>
  typeof content === 'object' && content !== null && !Array.isArray(content)

/** An error under a 200, or no object at all, is something between us and DynamoDB speaking: nothing was read or written by it. */
const isResult = (content: unknown): boolean => isRecord(content) && !('__type' in content)

function toError({ status, content }: Answer): Error {
  const body = isRecord(content) ? content : {}
  const name = String(body['__type'] ?? '').replace(/^.*#/, '')
  if (name === 'ConditionalCheckFailedException')
    return new ConditionRefused(body['Item'] as Item | undefined)
  return new DynamoDbFailed(name || `HTTP${status}`, status === 200 || status >= 500 || passing.test(name))
}

const passing = /^(ProvisionedThroughputExceeded|Throttling|RequestLimitExceeded|TransactionConflict)/

/** The call or its answer was lost on the way; nothing of the error but its code goes on. */
const lostBy = ({ code }: NodeJS.ErrnoException): DynamoDbFailed =>
  new DynamoDbFailed(code ?? 'NetworkError', true, true)
