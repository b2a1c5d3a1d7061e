import type { Trouble } from '../support/fake-store.js'
import { seededRandom } from '../support/virtual-clock.js'
import { World } from '../support/world.js'
import type { Variant } from './broken-variants.js'
import { type Asked, Judge, sharedId } from './judge.js'
import { runWorld } from './run-world.js'
import type { PortFault } from './worker.js'

/** One seed: a small world drawn from it, faults for a while, then quiet, until everything has drained. */

export type SimulationResult = {
  seed: number
  violations: string[]
  steps: number
  requests: number
  effects: number
}

const troubles: Trouble[] = [
  'notSent',
  'lostBefore',
  'lostAfter',
  'error500Before',
  'error500After',
  'html',
  'truncated',
  'okWithErrorCode',
  'throttled',
  'conflict',
  'conflictAfter',
  'slow',
  'late',
  'stale',
]
const portFaults: PortFault[] = ['failBefore', 'failAfter', 'crashBefore', 'crashAfter', 'slow']

type Dice = ReturnType<typeof seededRandom>

export async function simulate(seed: number, variant?: Variant): Promise<SimulationResult> {
  const dice = seededRandom(seed)
  const world = new World({
    seed,
    clockOffsetMs: dice.chance(0.3) ? dice.below(20_000) - 10_000 : 0,
    listLagMs: dice.below(29_500),
  })
  world.store.refusesSameName = dice.chance(0.3)
  if (dice.chance(0.3)) world.store.pageMax = 1
  if (dice.chance(0.2)) world.store.createdBehindMs = dice.below(200_000)
  if (dice.chance(0.3)) world.store.windowResetsAfter = '45 s'
  world.store.tellsDate = dice.chance(0.9)
  const quietAfter = world.clock.now() + 60_000 + dice.below(600_000)
  const troubleShare = dice.next() * 0.5
  const faultShare = dice.next() * 0.12
  const isNoisy = () => world.clock.now() < quietAfter
  // The world's own settings are replaced: here chance decides instead of a list.
  // Now and then a store that takes no write at all for long enough to exhaust every attempt.
  const isStubborn = dice.chance(0.05)
  world.store.settings.trouble = call =>
    isStubborn && isNoisy() && call.method !== 'GET'
      ? 'lostBefore'
      : isNoisy() && dice.chance(troubleShare)
        ? pick(dice, troubles)
        : 'none'
  world.store.settings.latencyMs = () => 20 + dice.below(400)

  const asked: Asked = new Map()
  const bodies = schedule(world, dice, asked)
  const judge = new Judge(world, asked)
  for (const { requestId, body, groupId } of bodies) {
    const delayMs = dice.chance(0.5) ? 0 : dice.below(120_000)
    void world.clock.sleep(delayMs).then(() => {
      judge.noteQueued(requestId)
      world.queue.put(body, groupId)
    })
  }
  const faultOf = (): PortFault => (isNoisy() && dice.chance(faultShare) ? pick(dice, portFaults) : 'none')
  runPeople(world, dice, asked, quietAfter)
  rotateSometimes(world, dice)
  const workers = 1 + dice.below(3)
  const course = { world, judge, workers, faultOf, ...(variant && { variant }) }
  let steps = await runWorld(course)
  if (dice.chance(0.4) && judge.violations.length === 0) {
    redrive(world, dice, judge)
    steps += await runWorld(course)
  }
  const effects = world.store.history.length
  return { seed, violations: judge.violations, steps, requests: asked.size, effects }
}

const pick = <T>(dice: Dice, values: readonly T[]): T => {
  const value = values[dice.below(values.length)]
  if (value === undefined) throw new Error('nothing to pick from')
  return value
}

/** A few payments and a handful of requests on them, some twice, some late, some in another group. */
type Queued = { requestId: string; body: string; groupId: string }

function schedule(world: World, dice: Dice, asked: Asked): Queued[] {
  const payments = 1 + dice.below(3)
  for (let id = 1; id <= payments; id += 1) {
    world.store.add(id, { appliedStatus: dice.below(2), processingStatus: 3, orderPending: dice.chance(0.5) })
  }
  const requests = 2 + dice.below(6)
  const bodies: Queued[] = []
  for (let index = 0; index < requests; index += 1) {
    const {
      request,
      what,
      paymentId,
      repeatable,
      groupId: own,
      amount,
    } = drawRequest(dice, `r${index}`, 1 + dice.below(payments))
    const usual = dice.chance(0.1) ? `other${dice.below(2)}` : `abc:${paymentId ?? request.requestId}`
    const groupId = own ?? usual
    asked.set(request.requestId, {
      what,
      repeatable,
      groupId,
      ...(paymentId !== undefined && { paymentId }),
      ...(amount !== undefined && { amount, name: own === undefined ? request.requestId : sharedId }),
    })
    bodies.push({ requestId: request.requestId, body: JSON.stringify(request), groupId })
    if (dice.chance(0.3)) bodies.push(pick(dice, bodies))
    if (dice.chance(0.1) && what !== 'delete') {
      // A producer that uses a key twice; the first is what the ledger knows by the time that the second comes.
      const other = { requestId: request.requestId, type: 'deletePayment', paymentId: paymentId ?? 1 }
      void world.clock.sleep(dice.below(200_000)).then(() => {
        const isKnown = world.ledger.rows.has(`abc#${request.requestId}`)
        if (isKnown) world.queue.put(JSON.stringify(other), `misused ${request.requestId}`)
      })
    }
    if (dice.chance(0.15)) bodies.push(elsewhere(pick(dice, bodies), asked))
  }
  return bodies
}

/** The same request by another road: nothing orders it against its own group any more. */
function elsewhere(queued: Queued, asked: Asked): Queued {
  if (queued.groupId.endsWith(sharedId)) return queued
  const request = asked.get(queued.requestId)
  if (request !== undefined) asked.set(queued.requestId, { ...request, groupId: `any ${queued.requestId}` })
  return { ...queued, groupId: `elsewhere ${queued.requestId}` }
}

type Drawn = {
  groupId?: string
  request: { requestId: string }
  what: string
  paymentId?: number
  repeatable: boolean
  amount?: string
}

type Maker = (dice: Dice, requestId: string, paymentId: number) => Drawn

const operation =
  (operationCode: number, what: string, repeatable = false): Maker =>
  (_, requestId, paymentId) => ({
    request: { requestId, ...{ paymentId, operationCode } },
    what,
    paymentId,
    repeatable,
  })

const offlinePayment = (dice: Dice) => ({
  lineItems: [{ invoiceId: 13, amount: pick(dice, ['20.00', '10.5', '0.30']) }],
  currency: 'USD',
  details: { memo: 'cheque' },
  customerId: '113',
})

const create = (dice: Dice, requestId: string, more: object = {}): Drawn => {
  const payment = { ...offlinePayment(dice), ...more }
  return {
    request: { requestId, ...{ type: 'createOfflinePayment', payment } },
    what: 'create',
    repeatable: false,
    amount: payment.lineItems[0]?.amount ?? '0',
  }
}

/** How often each kind is asked for, out of a hundred. */
const makers: [number, Maker][] = [
  [30, operation(0, 'apply')],
  [25, operation(1, 'revert')],
  [8, operation(2, 'pull', true)],
  [4, operation(3, 'three')],
  [
    8,
    (dice, requestId, paymentId) => {
      const processingStatus = 1 + dice.below(4)
      const request = { requestId, type: 'updateProcessingStatus', paymentId, processingStatus }
      return { request, what: `status ${processingStatus}`, paymentId, repeatable: true }
    },
  ],
  [
    5,
    (dice, requestId) => ({
      ...create(dice, requestId, { externalId: sharedId }),
      groupId: `abc:${sharedId}`,
    }),
  ],
  [7, (dice, requestId) => create(dice, requestId)],
  [
    7,
    (dice, requestId, paymentId) => {
      const request = { requestId, type: 'updateOfflinePayment', paymentId, payment: offlinePayment(dice) }
      return { request, what: 'update', paymentId, repeatable: true }
    },
  ],
  [
    6,
    (_, requestId, paymentId) => {
      const request = { requestId, type: 'deletePayment', paymentId }
      return { request, what: 'delete', paymentId, repeatable: false }
    },
  ],
]

function drawRequest(dice: Dice, requestId: string, paymentId: number): Drawn {
  let roll = dice.below(100)
  for (const [share, make] of makers) {
    if (roll < share) return make(dice, requestId, paymentId)
    roll -= share
  }
  throw new Error('the shares add up to a hundred')
}

/** An operator sends dead letters again as they are: some of them, some twice. */
function redrive(world: World, dice: Dice, judge: Judge): void {
  for (const letter of [...world.letters]) {
    if (letter.attributes['requestId'] === undefined || dice.chance(0.4)) continue
    judge.redriven.add(letter.attributes['requestId'])
    const times = dice.chance(0.2) ? 2 : 1
    for (let time = 0; time < times; time += 1) {
      void world.clock
        .sleep(dice.below(20_000))
        .then(() => world.queue.put(letter.body, letter.groupId, letter.attributes))
    }
  }
}

/** Somebody works in the control panel meanwhile. */
function runPeople(world: World, dice: Dice, asked: Asked, until: number): void {
  if (dice.chance(0.4)) makeByHand(world, dice, asked)
  if (!dice.chance(0.4)) return
  const times = 1 + dice.below(3)
  for (let index = 0; index < times; index += 1) {
    const at = dice.below(until - world.clock.now())
    const paymentId = [...asked.values()][dice.below(asked.size)]?.paymentId ?? 1
    void world.clock
      .sleep(dice.chance(0.5) ? at : dice.below(90_000))
      .then(() => world.store.byHand(paymentId, { appliedStatus: dice.below(2) }))
  }
}

/** Somebody makes payments under the names that creates ask for, or under longer ones that the same search finds. */
function makeByHand(world: World, dice: Dice, asked: Asked): void {
  for (const [requestId, { what, groupId, amount }] of asked) {
    if (what !== 'create' || amount === undefined || dice.chance(0.5)) continue
    const name = groupId.endsWith(sharedId) ? sharedId : requestId
    const made = dice.chance(0.5) ? name : `${name}0`
    const money = dice.chance(0.5) ? amount : '7.00'
    void world.clock.sleep(dice.below(60_000)).then(() => world.store.createByHand(made, money))
  }
}

function rotateSometimes(world: World, dice: Dice): void {
  if (!dice.chance(0.2)) return
  // The secret may follow only later, and there may be none meanwhile.
  const lateMs = dice.chance(0.5) ? 0 : dice.below(900_000)
  const isMissing = dice.chance(0.5)
  void world.clock.sleep(dice.below(200_000)).then(async () => {
    world.store.token = 'token-2'
    if (lateMs > 0 && isMissing) world.secret = undefined
    await world.clock.sleep(lateMs)
    world.secret = { token: 'token-2', version: 'v2' }
  })
}
