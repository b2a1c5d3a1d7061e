import { World } from '../support/world.js'
import { type Asked, type AskedRequest, Judge } from './judge.js'
import { runWorld } from './run-world.js'
import type { PortFault } from './worker.js'

/**
 * Exhaustive where it is finite: one request of each kind, and at every port call of its way, and at every pair of them, a
 * crash or a failure before and after the call took effect. Nothing is drawn by chance.
 */

const faults: PortFault[] = ['crashBefore', 'crashAfter', 'failBefore', 'failAfter']
export type Planned = Map<number, PortFault>
export type CaseResult = { kind: string; plan: string; violations: string[]; calls: number; effects: number }

const lineItems = [{ invoiceId: 13, amount: '20.00' }]
const payment = { lineItems, currency: 'USD', details: { memo: 'cheque' }, customerId: '113' }
const asks: Record<string, { request: { requestId: string } & object; asked: AskedRequest }> = {
  apply: {
    request: { requestId: 'r', paymentId: 117, operationCode: 0 } as never,
    asked: askedFor('apply', false),
  },
  revert: {
    request: { requestId: 'r', paymentId: 118, operationCode: 1 } as never,
    asked: askedFor('revert', false, 118),
  },
  pull: {
    request: { requestId: 'r', paymentId: 117, operationCode: 2 } as never,
    asked: askedFor('pull', true),
  },
  'code 3': {
    request: { requestId: 'r', paymentId: 117, operationCode: 3 } as never,
    asked: askedFor('three', false),
  },
  status: {
    request: { requestId: 'r', type: 'updateProcessingStatus', paymentId: 117, processingStatus: 2 } as never,
    asked: askedFor('status 2', true),
  },
  create: {
    request: { requestId: 'r', type: 'createOfflinePayment', payment } as never,
    asked: { what: 'create', repeatable: false, groupId: 'g' },
  },
  update: {
    request: { requestId: 'r', type: 'updateOfflinePayment', paymentId: 117, payment } as never,
    asked: askedFor('update', true),
  },
  delete: {
    request: { requestId: 'r', type: 'deletePayment', paymentId: 117 } as never,
    asked: askedFor('delete', false),
  },
}
export const kinds = Object.keys(asks)

function askedFor(what: string, repeatable: boolean, paymentId = 117): AskedRequest {
  return { what, repeatable, paymentId, groupId: 'g' }
}

export async function runCase(kind: string, plan: Planned): Promise<CaseResult> {
  const ask = asks[kind]
  if (ask === undefined) throw new Error(`no such kind: ${kind}`)
  const world = new World()
  world.store.add(117, { orderPending: true })
  world.store.add(118, { appliedStatus: 1 })
  const asked: Asked = new Map([['r', ask.asked]])
  const judge = new Judge(world, asked)
  judge.noteQueued('r')
  world.queue.put(JSON.stringify(ask.request), 'g')
  let calls = 0
  await runWorld({ world, judge, workers: 1, faultOf: () => plan.get(calls++) ?? 'none' })
  const described = [...plan].map(([index, fault]) => `${fault} at call ${index}`).join(', ')
  return { kind, plan: described, violations: judge.violations, calls, effects: world.store.history.length }
}

/** Every single fault and every pair, of one kind; hands each result on and returns how many there were. */
export async function runEveryCase(kind: string, onResult: (result: CaseResult) => void): Promise<number> {
  const clean = await runCase(kind, new Map())
  onResult(clean)
  let cases = 1
  for (let first = 0; first < clean.calls; first += 1) {
    for (const fault of faults) {
      const single = await runCase(kind, new Map([[first, fault]]))
      onResult(single)
      cases += 1
      for (let second = first + 1; second < single.calls; second += 1) {
        for (const other of faults) {
          onResult(
            await runCase(
              kind,
              new Map([
                [first, fault],
                [second, other],
              ]),
            ),
          )
          cases += 1
        }
      }
    }
  }
  return cases
}
