import {
  type EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge'
import { detailTypes } from '../core/outcome.js'
import type { Clock, Log, Outcomes, Reports } from '../engine/ports.js'
import { chunkBySize } from './chunk-by-size.js'

/** PutEvents takes at most 10 entries, and 1 MB (256 KB until January 2026): the largest outcome, with 256 KiB of metadata, fits. */
const limits = { count: 10, bytes: 1_000_000 }
const tries = 3
const retryAfterMs = 200

type Deps = { clock: Clock; log: Log; client: Pick<EventBridgeClient, 'send'> }

/** Outcomes to the bus. */
export function createOutcomes(deps: Deps, eventBusName: string): Outcomes {
  return {
    publish: outcomes =>
      putEvents(
        deps,
        outcomes.map(outcome => toEntry(detailTypes[outcome.status], outcome, eventBusName)),
      ),
  }
}

/** Of each pass of reconciliation one event, with its counts. */
export function createReports(deps: Deps, eventBusName: string): Reports {
  return {
    completed: async detail => {
      const [taken] = await putEvents(deps, [toEntry('Reconciliation Completed', detail, eventBusName)])
      return taken === true
    },
  }
}

/** For each entry whether the bus has it. A call that took only some entries is made again for the others. */
async function putEvents(deps: Deps, entries: PutEventsRequestEntry[]): Promise<boolean[]> {
  const bytesOf = ({ Detail = '' }: PutEventsRequestEntry) => Buffer.byteLength(Detail) + 200
  const chunks = chunkBySize(entries, bytesOf, limits)
  return (await Promise.all(chunks.map(chunk => putChunk(deps, chunk)))).flat()
}

async function putChunk(deps: Deps, entries: PutEventsRequestEntry[]): Promise<boolean[]> {
  const taken = await putOnce(deps, entries)
  for (let attempt = 1; attempt < tries && taken.includes(false); attempt += 1) {
    await deps.clock.sleep(retryAfterMs * attempt)
    const missing = taken.flatMap((ok, index) => (ok ? [] : [index]))
    const again = await putOnce(
      deps,
      missing.flatMap(index => entries[index] ?? []),
    )
    missing.forEach((index, position) => {
      taken[index] = again[position] === true
    })
  }
  return taken
}

async function putOnce({ client, log }: Deps, entries: PutEventsRequestEntry[]): Promise<boolean[]> {
  try {
    const answer = await client.send(new PutEventsCommand({ Entries: entries }))
    return entries.map((_, index) => {
      const result = answer.Entries?.[index]
      return result !== undefined && result.ErrorCode === undefined
    })
  } catch (error) {
    // Not taken; the caller's message returns and tells it again.
    log.warn('PutEvents failed', { error: error instanceof Error ? error.name : 'unknown error' })
    return entries.map(() => false)
  }
}

const toEntry = (detailType: string, detail: object, eventBusName: string): PutEventsRequestEntry => ({
  EventBusName: eventBusName,
  Source: 'payops',
  DetailType: detailType,
  Detail: JSON.stringify(detail),
})
