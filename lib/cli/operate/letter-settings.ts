import { letterMeanings } from '../../core/explain-letter.js'
import type { EpochMs } from '../../core/time.js'
import type { JoinedLetter } from '../../engine/join-letter.js'
import type { LetterQueue } from '../../engine/ports.js'
import { letterQueues } from '../../engine/read-dead-letters.js'
import { WrongUsage } from '../wrong-usage.js'
import { type OperateOptions, type OperateSettings, parseOperateSettings } from './operate-settings.js'

/** What was typed, as commander hands it over: untrusted text. */
export type LetterOptions = OperateOptions & {
  queue?: string
  meaning?: string
  newer?: string
  all?: boolean
}

/** Which dead letters are meant. */
export type LetterSettings = OperateSettings & {
  queues: readonly LetterQueue[]
  meaning?: string
  newerMs?: number
  ids: string[]
}

const meanings: readonly string[] = letterMeanings

/** Options to settings, or `WrongUsage` with everything that does not fit. */
export function parseLetterSettings(options: LetterOptions, ids: string[] = []): LetterSettings {
  const { queue, meaning, newer, all: _, ...common } = options
  const settings = parseOperateSettings(common)
  const newerMs = newer === undefined ? undefined : parseNewer(newer)
  const problems: string[] = []
  const queues = letterQueues.filter(known => queue === undefined || known === queue)
  if (queues.length === 0) problems.push(`--queue: must be one of ${letterQueues.join(', ')}`)
  if (meaning !== undefined && !meanings.includes(meaning))
    problems.push(`--meaning: must be one of ${meanings.join(', ')}`)
  if (problems.length > 0) throw new WrongUsage(problems)
  return {
    ...settings,
    queues,
    ids,
    ...(meaning !== undefined && { meaning }),
    ...(newerMs !== undefined && { newerMs }),
  }
}

function parseNewer(newer: string): number {
  try {
    return parseOperateSettings({ older: newer }).olderMs ?? 0
  } catch (error) {
    // An age like any other; only the flag has another name.
    if (!(error instanceof WrongUsage)) throw error
    throw new WrongUsage([error.message.replace('--older', '--newer')])
  }
}

/** What moves or throws away messages has to be told which: `--all` says that all are meant. */
export function refuseUnbounded(options: LetterOptions, ids: string[]): void {
  const { queue, meaning, newer, older, reason, store, payment, all } = options
  const isBounded =
    ids.length > 0 ||
    [queue, meaning, newer, older, reason, store, payment].some(value => value !== undefined)
  if (all !== true && !isBounded)
    throw new WrongUsage([
      'which messages? Name their ids or a filter such as --reason; --all means every one',
    ])
  if (all === true && isBounded)
    throw new WrongUsage(['--all means every message: leave out ids and filters'])
}

/** The error code that a letter is listed under; `none`: nobody of ours gave it one. */
export const reasonOf = ({ envelope, letter }: Pick<JoinedLetter, 'envelope' | 'letter'>): string =>
  (ourLetters.has(envelope.kind) ? letter.attributes['errorCode'] : undefined) ?? 'none'

const ourLetters = new Set(['payops', 'webhook'])

/** Whether a letter is one of those that are meant, at `now`. */
export function isWanted(joined: JoinedLetter, settings: LetterSettings, now: EpochMs): boolean {
  const { reason, store, paymentId, olderMs, newerMs, meaning, ids } = settings
  const ageMs = Math.max(0, now - joined.failedAt)
  return (
    (ids.length === 0 || ids.includes(joined.letter.messageId)) &&
    (reason === undefined || reasonOf(joined) === reason) &&
    (store === undefined || joined.storeHash === store) &&
    (paymentId === undefined || joined.paymentId === paymentId) &&
    (olderMs === undefined || ageMs > olderMs) &&
    (newerMs === undefined || ageMs <= newerMs) &&
    (meaning === undefined || joined.explanation.meaning === meaning)
  )
}
