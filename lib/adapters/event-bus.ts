import {
  type EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge'
import { detailTypes, type Outcome } from '../core/outcome.js'
import type { Clock, Log, Outcomes } from '../engine/ports.js'
import { chunkBySize } from './chunk-by-size.js'

/** PutEvents takes at most 10 entries, and 1 MB (256 KB until January 2026): the largest outcome, with 256 KiB of metadata, fits. */
const limits = { count: 10, bytes: 1_000_000 }
const tries = 3
const retryAfterMs = 200

/** Outcomes to the bus. A call that took only some entries is made again for the others. */
export function createOutcomes(
  deps: { clock: Clock; log: Log; client: Pick<EventBridgeClient, 'send'> },
  eventBusName: string,
): Outcomes {
  const put = async (outcomes: Outcome[]): Promise<boolean[]> => {
    const entries = outcomes.map(outcome => toEntry(outcome, eventBusName))
    try {
      const answer = await deps.client.send(new PutEventsCommand({ Entries: entries }))
      return outcomes.map((_, index) => {
        const result = answer.Entries?.[index]
        return result !== undefined && result.ErrorCode === undefined
      })
    } catch (error) {
      // Not taken; the caller's message returns and tells it again.
      deps.log.warn('PutEvents failed', { error: error instanceof Error ? error.name : 'unknown error' })
      return outcomes.map(() => false)
    }
  }
  const publishChunk = async (outcomes: Outcome[]): Promise<boolean[]> => {
    const taken = await put(outcomes)
    for (let attempt = 1; attempt < tries && taken.includes(false); attempt += 1) {
      await deps.clock.sleep(retryAfterMs * attempt)
      const missing = taken.flatMap((ok, index) => (ok ? [] : [index]))
      const again = await put(missing.flatMap(index => outcomes[index] ?? []))
      missing.forEach((index, position) => {
        taken[index] = again[position] === true
      })
    }
    return taken
  }
  return {
    publish: async outcomes => {
      const chunks = chunkBySize(
        outcomes,
        outcome => Buffer.byteLength(JSON.stringify(outcome)) + 200,
        limits,
      )
      return (await Promise.all(chunks.map(publishChunk))).flat()
    },
  }
}

const toEntry = (outcome: Outcome, eventBusName: string): PutEventsRequestEntry => ({
  EventBusName: eventBusName,
  Source: 'payops',
  DetailType: detailTypes[outcome.status],
  Detail: JSON.stringify(outcome),
})
