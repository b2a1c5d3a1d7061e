import { GetItemCommand } from '@aws-sdk/client-dynamodb'
import type { SQSRecord } from 'aws-lambda'
import { systemClock } from '../../lib/adapters/system.js'
import type { Effect, Payment } from '../../lib/local/sandbox/start-sandbox.js'
import { FunctionError } from '../../lib/local/stack/container.js'
import { aRecord } from '../functions/a-deployment.js'
import { type BuiltWorker, type Kill, type Surroundings, startBuiltWorker } from './built-worker.js'
import type { Gate } from './gate.js'
import { isCreate, type Kind, paymentIdOf } from './kill-kinds.js'

/**
 * One request, delivered until it is acknowledged, the first deliveries to containers that are killed, and then once more.
 * Only what happened is gathered here; whether it is right is for the tests to say.
 */
export type Trial = {
  kind: Kind
  /** `killed before call 4 (API POST …)`, one for each delivery that was killed. */
  name: string
  body: string
  requestId: string
  deliveries: Delivery[]
  /** Where everything stands once the request is acknowledged. */
  effects: Effect[]
  payment: Payment | undefined
  ledger: LedgerState
  /** One more delivery, and where everything stands after it. */
  repeat: Delivery & { effects: Effect[]; ledger: LedgerState }
}

export type Delivery = { ended: 'killed' | 'returned' | 'acknowledged'; calls: string[] }
export type LedgerState = { state: string | undefined; outcome: unknown; rev: string | undefined }
export type TrialPlan = { kind: Kind; trial: number; kills: Kill[] }

/**
 * The lease of a killed worker lasts until five seconds before the end of its invocation, and no call is begun in the three
 * before that: enough for a slow machine to come to its write, and little to wait for.
 */
const invocationMs = 12_000
/** More than any request here needs; one that is not acknowledged by then never is. */
const deliveriesMax = 8
const storeHash = 'luma7x2'

/** The gate bounds how many containers there are at once; the waits between deliveries pass outside of it. */
export async function runTrial(surroundings: Surroundings, gate: Gate, plan: TrialPlan): Promise<Trial> {
  const { kind, trial, kills } = plan
  const paymentId = paymentIdOf(kind, trial)
  const requestId = `r-${paymentId}`
  const body = JSON.stringify({ requestId, ...kind.ask(paymentId) })
  const deliveries: Delivery[] = []
  const deliver = async (worker: BuiltWorker, receives: number) => {
    const callsBefore = worker.proxy.calls().length
    const ended = await deliverOnce(worker, recordOf(requestId, body, receives))
    return { ended, calls: worker.proxy.calls().slice(callsBefore) }
  }
  for (let receives = 1; receives <= deliveriesMax; receives += 1) {
    await waitUntilDue(surroundings, requestId)
    const found = await gate(async () => {
      const worker = await startBuiltWorker(surroundings, kills[receives - 1])
      try {
        const delivery = await deliver(worker, receives)
        deliveries.push(delivery)
        if (delivery.ended !== 'acknowledged') return undefined
        const settled = await observe(surroundings, plan, requestId)
        const repeated = await deliver(worker, receives + 1)
        const after = await observe(surroundings, plan, requestId)
        return { ...settled, repeat: { ...repeated, effects: after.effects, ledger: after.ledger } }
      } finally {
        await worker.stop()
      }
    })
    if (found !== undefined)
      return { kind, name: nameOf(kills, deliveries), body, requestId, deliveries, ...found }
  }
  throw new Error(`${requestId} was not acknowledged in ${deliveriesMax} deliveries`)
}

function recordOf(requestId: string, body: string, receives: number): SQSRecord {
  const record = aRecord(`m-${requestId}`, body)
  return { ...record, attributes: { ...record.attributes, ApproximateReceiveCount: String(receives) } }
}

async function deliverOnce(worker: BuiltWorker, record: SQSRecord): Promise<Delivery['ended']> {
  try {
    const { batchItemFailures } = await worker.deliver([record], invocationMs)
    return batchItemFailures.length === 0 ? 'acknowledged' : 'returned'
  } catch (error) {
    // What SIGKILL leaves of an invocation; anything else, a time-out above all, is not what was asked for.
    if (error instanceof FunctionError && error.message.endsWith('signal: SIGKILL')) return 'killed'
    throw error
  }
}

const nameOf = (kills: Kill[], deliveries: Delivery[]): string =>
  kills
    .map(({ call, passage }, index) => {
      const action = deliveries[index]?.calls[call - 1] ?? 'never made'
      return `killed ${passage === 'arrived' ? 'before' : 'after'} call ${call} (${action})`
    })
    .join(', then ') || 'not killed'

async function readItem(
  { declaration, dynamodb }: Pick<Surroundings, 'declaration' | 'dynamodb'>,
  requestId: string,
) {
  const get = new GetItemCommand({
    TableName: declaration.table.name,
    Key: { pk: { S: `${storeHash}#${requestId}` } },
    ConsistentRead: true,
  })
  return (await dynamodb.send(get)).Item
}

/** As soon as a delivery can do anything: the lease has run out, and the next try is due. */
async function waitUntilDue(surroundings: Surroundings, requestId: string): Promise<void> {
  const item = await readItem(surroundings, requestId)
  const { notBefore = 0 } = JSON.parse(item?.['progress']?.S ?? '{}') as { notBefore?: number }
  const dueAt = Math.max(Number(item?.['leaseUntil']?.N ?? 0), notBefore)
  await systemClock.sleep(Math.max(0, dueAt - systemClock.now()))
}

async function observe({ sandbox, ...surroundings }: Surroundings, plan: TrialPlan, requestId: string) {
  const item = await readItem(surroundings, requestId)
  const seeded = paymentIdOf(plan.kind, plan.trial)
  const effects = sandbox
    .effects()
    .filter(({ paymentId, externalId }) =>
      isCreate(plan.kind) ? externalId === requestId : paymentId === seeded,
    )
  const paymentId = isCreate(plan.kind) ? effects[0]?.paymentId : seeded
  return {
    effects,
    payment: paymentId === undefined ? undefined : sandbox.payment(storeHash, paymentId),
    ledger: {
      state: item?.['state']?.S,
      outcome: JSON.parse(item?.['outcome']?.S ?? 'null') as unknown,
      rev: item?.['rev']?.N,
    },
  }
}
