import fc from 'fast-check'
import { envelopes } from './bus-envelopes.js'
import { checkBus } from './bus-promises.js'
import { checkParse } from './parse-promises.js'
import { checkQueue } from './queue-promises.js'
import { requestTexts } from './request-texts.js'
import { givenBy, recordOf, wrappings } from './sqs-records.js'
import type { Subject } from './subject.js'
import { noTally, type Tally } from './tally.js'
import { Violation, type ViolationKind } from './violation.js'

export const roads = ['parser', 'queue', 'bus'] as const
export type Road = (typeof roads)[number]

export type FuzzOptions = { road: Road; runs: number; seed: number; path?: string }
export type Finding = { kind: ViolationKind; message: string; seed: number; path: string }
export type FuzzResult = { road: Road; tally: Tally; finding?: Finding }

/** As many as SQS hands over at once. */
const batchSize = 10
const batchOf = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.array(arbitrary, { minLength: batchSize, maxLength: batchSize })

/** Generates `runs` requests for one road, in batches, and holds the subject to its promises; stops at the first that is broken. */
export async function runFuzz(subject: Subject, options: FuzzOptions): Promise<FuzzResult> {
  const { road, runs, seed, path } = options
  const tally = noTally()
  const result = await fc.check(propertyOf(road, subject, tally), {
    numRuns: Math.ceil(runs / batchSize),
    seed,
    ...(path !== undefined && { path }),
  })
  if (!result.failed) return { road, tally }
  const error: unknown = result.errorInstance
  const finding = {
    kind: error instanceof Violation ? error.kind : ('crash' as const),
    message: error instanceof Error ? error.message : String(error),
    seed: result.seed,
    path: result.counterexamplePath ?? '',
  }
  return { road, tally, finding }
}

function propertyOf(road: Road, subject: Subject, tally: Tally): fc.IAsyncProperty<unknown> {
  switch (road) {
    case 'parser':
      return fc.asyncProperty(
        batchOf(fc.tuple(requestTexts, fc.constantFrom('abc', undefined))),
        async cases => {
          for (const [text, store] of cases)
            checkParse(
              subject,
              text,
              { requestId: 'd-1', ...(store !== undefined && { storeHash: store }) },
              tally,
            )
        },
      )
    case 'queue':
      return fc.asyncProperty(batchOf(fc.tuple(requestTexts, wrappings)), async cases => {
        const records = cases.map(([text, wrapping], index) => recordOf(text, wrapping, index))
        for (const record of records) checkParse(subject, record.body, givenBy(record), tally)
        await checkQueue(subject, records, tally)
      })
    case 'bus':
      return fc.asyncProperty(batchOf(envelopes), async cases => {
        for (const { detail, id } of cases)
          checkParse(subject, detail, { requestId: id, storeHash: 'abc' }, tally)
        await checkBus(subject, cases, tally)
      })
  }
}
