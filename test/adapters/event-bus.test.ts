import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { afterEach, describe, expect, it } from '@jest/globals'
import { createOutcomes, createReports } from '../../lib/adapters/event-bus.js'
import type { Outcome } from '../../lib/core/outcome.js'
import { countReport } from '../../lib/core/reconcile/finding.js'
import type { ReportDetail } from '../../lib/engine/ports.js'
import { startJsonServer } from '../../lib/local/stack/aws-json-server.js'
import { credentials, region, startEmbeddedBus } from '../support/embedded.js'
import { atTheEnd, endAll } from '../support/endings.js'
import { createLeapingClock } from '../support/leaping-clock.js'
import { createRecordedLog } from '../support/recorded-log.js'
import { expectNoSentinel, sentinelToken } from '../support/sentinel.js'

afterEach(endAll)

const anOutcome = (changes: Partial<Outcome> = {}): Outcome => ({
  requestId: 'r-1',
  storeHash: 'luma7x2',
  type: 'performOperation',
  paymentId: 117,
  operationCode: 0,
  status: 'succeeded',
  effect: 'performed',
  attempts: 1,
  requestedAt: '2026-11-22T07:59:00.123Z',
  completedAt: '2026-11-22T08:00:01.000Z',
  ...changes,
})

const outcomesFrom0To = (count: number): Outcome[] =>
  Array.from({ length: count }, (_, index) => anOutcome({ requestId: `r-${index}` }))

async function aBus() {
  const bus = await startEmbeddedBus()
  const clock = createLeapingClock()
  const log = createRecordedLog()
  const { publish } = createOutcomes({ clock, log, client: bus.client }, bus.eventBusName)
  const toldIds = () => bus.events.map(({ detail }) => String(detail['requestId']))
  return { ...bus, clock, log, publish, toldIds }
}

/** A bus that refuses, for as long as it is asked, the entries whose detail holds `poison`. */
async function aBusThatRefuses(poison: string) {
  const taken: string[] = []
  const server = await startJsonServer('AWSEvents', {
    PutEvents: ({ Entries }) => {
      const results = [Entries].flat().map((entry: unknown) => {
        const detail = JSON.stringify(entry)
        if (detail.includes(poison)) return { ErrorCode: 'ThrottlingException', ErrorMessage: detail }
        taken.push(detail)
        return { EventId: String(taken.length) }
      })
      return { FailedEntryCount: results.filter(result => 'ErrorCode' in result).length, Entries: results }
    },
  })
  atTheEnd(server.stop)
  const client = new EventBridgeClient({ region, credentials, endpoint: server.url, maxAttempts: 1 })
  atTheEnd(() => client.destroy())
  const log = createRecordedLog()
  return { ...createOutcomes({ clock: createLeapingClock(), log, client }, 'trial'), taken, log }
}

describe('createOutcomes', () => {
  it.each([
    ['succeeded', 'Payment Operation Succeeded'],
    ['failed', 'Payment Operation Failed'],
    ['inDoubt', 'Payment Operation In Doubt'],
  ] as const)(
    'publishes an outcome that is %s as "%s", whole and from payops',
    async (status, detailType) => {
      const { publish, events } = await aBus()
      const error = { code: 'REJECTED_BY_API', message: 'a\n"b" \u{1F9FE}', httpStatus: 422 } as const
      const outcome = anOutcome({ status, error, metadata: { order: 'A-1', 'é\u0000': '\uD800' } })
      expect(await publish([outcome])).toEqual([true])
      expect(events).toMatchObject([{ source: 'payops', 'detail-type': detailType, detail: outcome }])
    },
  )

  it('publishes twenty-five outcomes, ten to a call', async () => {
    const { publish, toldIds } = await aBus()
    expect(await publish(outcomesFrom0To(25))).toEqual(Array(25).fill(true))
    expect(toldIds().sort()).toEqual(
      outcomesFrom0To(25)
        .map(({ requestId }) => requestId)
        .sort(),
    )
  })

  it('publishes outcomes that are too large for one call together', async () => {
    const { publish, events } = await aBus()
    const metadata = { note: 'ü'.repeat(50_000) }
    const outcomes = outcomesFrom0To(5).map(outcome => ({ ...outcome, metadata }))
    expect(await publish(outcomes)).toEqual([true, true, true, true, true])
    expect(events).toHaveLength(5)
  })

  it('asks for nothing where there is nothing to publish', async () => {
    const { publish, stop } = await aBus()
    await stop()
    expect(await publish([])).toEqual([])
  })

  it('sends again what the bus refused of a call, and that alone', async () => {
    const { publish, toldIds, failNextEntries, clock } = await aBus()
    failNextEntries(3)
    expect(await publish(outcomesFrom0To(5))).toEqual([true, true, true, true, true])
    expect(toldIds()).toEqual(['r-3', 'r-4', 'r-0', 'r-1', 'r-2'])
    expect(clock.sleeps).toEqual([200])
  })

  it('tries three times, with growing pauses', async () => {
    const { publish, toldIds, failNextEntries, clock } = await aBus()
    failNextEntries(2)
    expect(await publish(outcomesFrom0To(1))).toEqual([true])
    expect(toldIds()).toEqual(['r-0'])
    expect(clock.sleeps).toEqual([200, 400])
  })

  it('says which outcomes the bus does not have after that', async () => {
    const { publish, taken, log } = await aBusThatRefuses('r-1')
    expect(await publish(outcomesFrom0To(4))).toEqual([true, false, true, true])
    expect(taken).toHaveLength(3)
    expectNoSentinel(log.lines)
  })

  it('says false for each while the bus is down, and throws nothing', async () => {
    const { publish, stop, log } = await aBus()
    await stop()
    const metadata = { note: sentinelToken }
    const outcomes = outcomesFrom0To(12).map(outcome => ({ ...outcome, metadata }))
    expect(await publish(outcomes)).toEqual(Array(12).fill(false))
    expect(log.lines).not.toHaveLength(0)
    expectNoSentinel(log.lines)
  })
})

describe('createReports', () => {
  const detail: ReportDetail = {
    startedAt: '2026-11-22T08:00:00.000Z',
    endedAt: '2026-11-22T08:00:01.000Z',
    dryRun: false,
    ...countReport({ startedAt: '', endedAt: '', dryRun: false, stores: [] }),
  }

  it('tells of a pass as one event with its counts', async () => {
    const bus = await aBus()
    const reports = createReports(bus, bus.eventBusName)
    expect(await reports.completed(detail)).toBe(true)
    expect(bus.events).toMatchObject([
      { source: 'payops', 'detail-type': 'Reconciliation Completed', detail },
    ])
  })

  it('says that the bus did not take it', async () => {
    const bus = await aBus()
    const reports = createReports(bus, bus.eventBusName)
    bus.failNextEntries(3)
    expect(await reports.completed(detail)).toBe(false)
    expect(bus.events).toEqual([])
  })
})
