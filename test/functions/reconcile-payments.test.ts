import { UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { afterEach, describe, expect, it } from '@jest/globals'
import type { ReportCounts } from '../../lib/core/reconcile/finding.js'
import { FunctionError } from '../../lib/local/stack/container.js'
import {
  type BuiltWorker,
  type Kill,
  type Surroundings,
  startBuiltWorker,
  startSurroundings,
} from '../support/built-worker.js'
import { atTheEnd, endAll } from '../support/endings.js'
import { expectNoSentinel } from '../support/sentinel.js'
import { reconciledStore } from './reconciled-store.js'

afterEach(endAll)

const invocationMs = 60_000
const tick = { 'detail-type': 'Scheduled Event', source: 'aws.events', detail: {} }
const enqueueApplies = { RECONCILE_RULES: '{"completedNotApplied":"enqueue"}' }

async function aWorker(around: Surroundings, environment = {}, kill?: Kill): Promise<BuiltWorker> {
  const built = { functionKey: 'reconcilePayments', file: 'reconcile-payments', environment }
  const worker = await startBuiltWorker(around, kill, built)
  atTheEnd(worker.stop)
  return worker
}

const run = async (worker: BuiltWorker) => (await worker.invoke(tick, invocationMs)) as ReportCounts

const findingsIn = ({ lines }: Surroundings): string[] =>
  lines
    .map(line => JSON.parse(line) as { message: string; kind: string; paymentId: number })
    .flatMap(({ message, kind, paymentId }) => (message === 'finding' ? [`${kind} ${paymentId}`] : []))
    .sort()

/** What `reconciledStore` planted, of every hundred payments. */
const plantedIn = (count: number): string[] =>
  Array.from({ length: count / 100 }, (_, index) => index * 100)
    .flatMap(from => [
      `completedNotApplied ${from + 10}`,
      `refundedStillApplied ${from + 20}`,
      `orderStale ${from + 30}`,
      `duplicateExternalId ${from + 40}`,
    ])
    .sort()

const listCalls = ({ sandbox }: Surroundings) =>
  sandbox.calls().filter(({ method }) => method === 'GET').length

const requestsIn = ({ emulators, declaration }: Surroundings): number =>
  emulators.queues.depth(declaration.queues['OperationsQueue']?.name ?? '').ready

/** As if the time had passed that a killed pass keeps its store from others. */
async function endLease({ dynamodb, declaration }: Surroundings): Promise<void> {
  const change = new UpdateItemCommand({
    TableName: declaration.table.name,
    Key: { pk: { S: 'reconcile:luma7x2' } },
    UpdateExpression: 'SET leaseUntil = :zero',
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeValues: { ':zero': { N: '0' } },
  })
  await dynamodb.send(change).catch((error: unknown) => {
    // Killed before it had the store: there is no lease to end.
    if (!(error instanceof Error) || error.name !== 'ConditionalCheckFailedException') throw error
  })
}

/** Whether the invocation lived; what SIGKILL leaves of one is what was asked for. */
async function survives(worker: BuiltWorker): Promise<boolean> {
  try {
    await run(worker)
    return true
  } catch (error) {
    // A time-out above all would not be a kill.
    if (error instanceof FunctionError && error.message.endsWith('signal: SIGKILL')) return false
    throw error
  }
}

describe('the built reconcilePayments', () => {
  it('finds what is planted and nothing else, changes nothing, and tells of the pass as one event', async () => {
    const around = await startSurroundings(reconciledStore(600))
    const counts = await run(await aWorker(around))
    expect(counts).toMatchObject({ stores: 1, payments: 600, apiCalls: 3, complete: true })
    expect(findingsIn(around)).toEqual(plantedIn(600))
    expect(around.events).toMatchObject([{ 'detail-type': 'Reconciliation Completed', detail: counts }])
    expect(around.sandbox.effects()).toEqual([])
    expect(requestsIn(around)).toBe(0)
    expectNoSentinel(around.lines, around.events)
  })

  it('looks the next time only at what has changed', async () => {
    const around = await startSurroundings(reconciledStore(600))
    const worker = await aWorker(around)
    await run(worker)
    around.sandbox.changeByHand('luma7x2', 7, { appliedStatus: 0 })
    const linesBefore = around.lines.length
    expect(await run(worker)).toMatchObject({ apiCalls: 1, complete: true })
    expect(findingsIn({ ...around, lines: around.lines.slice(linesBefore) })).toContain(
      'completedNotApplied 7',
    )
  })

  it('asks for each finding once where a schedule is doubled', async () => {
    const around = await startSurroundings(reconciledStore(600))
    const workers = [await aWorker(around, enqueueApplies), await aWorker(around, enqueueApplies)]
    const counts = await Promise.all(workers.map(run))
    expect(counts.map(({ storesBusy }) => storesBusy).sort()).toEqual([0, 1])
    // The list, and of each finding that is acted on one look at its payment as it is then.
    expect(listCalls(around)).toBe(3 + 6)
    expect(requestsIn(around)).toBe(6)
    expect(findingsIn(around)).toEqual(plantedIn(600))
  })

  it('reports and asks the same where it is killed at one call after another', async () => {
    const around = await startSurroundings(reconciledStore(600))
    const kills: string[] = []
    for (let call = 16; ; call += 2) {
      const passage = kills.length % 2 === 0 ? 'arrived' : 'answered'
      const worker = await aWorker(around, enqueueApplies, { call, passage })
      if (await survives(worker)) break
      kills.push(`${passage} ${worker.proxy.calls()[call - 1]}`)
      await endLease(around)
    }
    expect(kills.length).toBeGreaterThan(5)
    expect([...new Set(findingsIn(around))]).toEqual(plantedIn(600))
    expect(requestsIn(around)).toBe(6)
    expect(around.events.at(-1)?.detail).toMatchObject({ payments: 600, acted: { enqueued: 6 } })
  }, 60_000)

  it('stops before its time is over, and goes on the next time where it stopped', async () => {
    const around = await startSurroundings(reconciledStore(5_000))
    const worker = await aWorker(around, { RECONCILE_QUOTA_SHARE: '0.005' })
    const passes: ReportCounts[] = []
    do passes.push((await worker.invoke(tick, 15_500)) as ReportCounts)
    while (passes.at(-1)?.complete === false)
    expect(passes.length).toBeGreaterThan(1)
    expect(passes.at(-1)).toMatchObject({ payments: 5_000, storesBusy: 0, storesNotReached: 0 })
    expect(listCalls(around)).toBe(Math.ceil(5_000 / 249))
    expect(findingsIn(around)).toEqual(plantedIn(5_000))
  }, 60_000)

  it('sweeps 10,000 payments in one call for each 249, and in less than 256 MiB', async () => {
    const around = await startSurroundings(reconciledStore(10_000))
    const tellMemory =
      "data:text/javascript,setInterval(()=>console.log('maxRSS%20'+process.resourceUsage().maxRSS),50).unref()"
    const NODE_OPTIONS = `--max-semi-space-size=4 --import ${tellMemory}`
    const counts = await run(await aWorker(around, { NODE_OPTIONS }))
    const told = around.lines.flatMap(line => /^maxRSS (\d+)$/.exec(line)?.[1] ?? [])
    const memoryMiB = Math.ceil(Number(told.at(-1)) / 1024)
    const lines = around.lines.filter(line => !line.startsWith('maxRSS'))
    expect(findingsIn({ ...around, lines })).toEqual(plantedIn(10_000))
    expect(counts).toMatchObject({ payments: 10_000, complete: true })
    expect(listCalls(around)).toBeLessThanOrEqual(Math.ceil(10_000 / 249))
    process.stdout.write(`reconcilePayments: 10,000 payments, ${listCalls(around)} calls, ${memoryMiB} MiB\n`)
    expect(memoryMiB).toBeLessThan(256)
  }, 60_000)
})
