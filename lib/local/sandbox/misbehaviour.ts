import { type Answer, refusals } from './answers.js'
import type { FaultName } from './faults.js'

/** What goes out over the wire. `withQuota` false: the answer carries none of the usual quota headers. */
export type Reply = { status: number; headers: Record<string, string>; text: string; withQuota: boolean }

/** Whether the request is carried out, and what becomes of its answer; the answer is undefined where it is not. */
export type Misbehaviour = {
  executes: boolean
  delivery: 'sent' | 'sentLate' | 'lost'
  distort: (reply: Reply) => Reply
}

export const createReply = (answer: Answer, headers: Record<string, string> = {}): Reply => ({
  status: answer.code,
  headers: { 'Content-Type': 'application/json', ...headers },
  text: JSON.stringify(answer),
  withQuota: true,
})

const asItIs = (reply: Reply): Reply => reply
const page = (title: string) =>
  `<!DOCTYPE html><html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`
const htmlReply = (status: number, title: string): Reply => ({
  status,
  headers: { 'Content-Type': 'text/html; charset=utf-8' },
  text: page(title),
  withQuota: false,
})
const instead = (reply: Reply) => () => reply
const throttled = (headers: Record<string, string>): Reply => ({
  ...createReply(refusals.overQuota, headers),
  withQuota: false,
})

// A throttled answer asks for a wait of this length; Retry-After knows whole seconds only and stays at one or more.
const throttleMs = 1_000

/**
 * What each fault does. A gateway in front of the API answers 502 and 504 with a page of its own, so those are HTML.
 * `timeScale` shortens the waits that a throttled answer asks for.
 */
export function createMisbehaviours(timeScale: number): Record<FaultName, Misbehaviour> {
  const waitMs = Math.ceil(throttleMs * timeScale)
  const failing = (reply: Reply): Misbehaviour => ({
    executes: false,
    delivery: 'sent',
    distort: instead(reply),
  })
  const executing = (distort: Misbehaviour['distort']): Misbehaviour => ({
    executes: true,
    delivery: 'sent',
    distort,
  })
  return {
    lostAfterEffect: { executes: true, delivery: 'lost', distort: asItIs },
    lostBeforeEffect: { executes: false, delivery: 'lost', distort: asItIs },
    slow: { executes: true, delivery: 'sentLate', distort: asItIs },
    http500: failing(createReply(refusals.serverError)),
    http502: failing(htmlReply(502, '502 Bad Gateway')),
    http503: failing(createReply(refusals.unavailable)),
    http500AfterEffect: executing(instead(createReply(refusals.serverError))),
    http502AfterEffect: executing(instead(htmlReply(502, '502 Bad Gateway'))),
    http504AfterEffect: executing(instead(htmlReply(504, '504 Gateway Time-out'))),
    throttledWithB2bHeaders: failing(
      throttled({
        'X-Requests-Allocated': '150 times/60 s',
        'X-Requests-Remaining': '0 times',
        'X-Requests-Window-Length': '0 times',
        'X-Request-Window-Resets-After': `${waitMs / 1000} s`,
      }),
    ),
    throttledWithPlatformHeaders: failing(
      throttled({
        'X-Rate-Limit-Requests-Left': '0',
        'X-Rate-Limit-Time-Reset-Ms': String(waitMs),
        'X-Rate-Limit-Requests-Quota': '150',
        'X-Rate-Limit-Time-Window-Ms': '60000',
      }),
    ),
    throttledWithRetryAfter: failing(
      throttled({ 'Retry-After': String(Math.max(1, Math.ceil(waitMs / 1000))) }),
    ),
    throttledWithoutHeaders: failing(throttled({})),
    okWithErrorCode: failing({ ...createReply(refusals.serverError), status: 200 }),
    html: executing(instead({ ...htmlReply(200, 'We will be right back'), withQuota: true })),
    truncatedJson: executing(reply => ({
      ...reply,
      text: reply.text.slice(0, Math.floor(reply.text.length / 2)),
    })),
    emptyBody: executing(reply => ({ ...reply, status: 200, text: '' })),
  }
}
