import type { Refusal } from '../../core/errors.js'
import { letterOfRefused } from '../../core/letter.js'
import type { LogFields } from '../../core/log-fields.js'
import { asEpochMs, type EpochMs } from '../../core/time.js'
import { groupWebhooks, type OrderGroup } from '../../core/webhook/group-webhooks.js'
import type { WebhookRules } from '../../core/webhook/webhook-rules.js'
import { type BatchAnswer, giveBack, logFailure, soon } from '../give-back.js'
import type { Credentials, DeadLetters, Holds, Incoming, Ledger, OperationsQueue } from '../ports.js'
import { createStoreAccess } from '../store-access.js'
import { type GivenUp, type OrderDeps, resolveOrder } from './resolve-order.js'

export type ResolverDeps = Omit<OrderDeps, 'access'> & {
  ledger: Pick<Ledger, 'readHolds' | 'saveStoreHold'>
  credentials: Credentials
  /** The intake's own. */
  queue: Pick<OperationsQueue, 'delay'>
  deadLetters: DeadLetters
  rules: WebhookRules
}

/** What returns, and when, where a time is known; whatever is not among them is done. */
type Returned = Map<Incoming, EpochMs | undefined>

/** What keeping the watch, the requests and the dead letters may take after the last call. */
const keepReserveMs = 5_000

/**
 * Resolves a batch of webhooks: those of one order and operation together, orders side by side. Never throws: whatever happens to one
 * order is that order's, and its webhooks come back.
 */
export async function resolveWebhooks(
  deps: ResolverDeps,
  batch: Incoming[],
  invocationEnd: EpochMs,
): Promise<BatchAnswer> {
  const deadline = asEpochMs(invocationEnd - keepReserveMs)
  const { orders, unreadable, off } = groupWebhooks(batch, deps.rules)
  if (off.length > 0) deps.metrics.add('WebhooksPassedOver', off.length)
  const holds = await readHolds(deps, orders)
  const returned = await Promise.all([
    ...sameOrder(orders).map(groups => resolveInTurn(deps, groups, holds, deadline)),
    ...unreadable.map(({ message, why, ...known }) =>
      orComeBack(deps, [message], { ...known, messageId: message.messageId }, () =>
        bury(deps, [message], { code: 'INVALID_REQUEST', message: why }, known),
      ),
    ),
  ])
  return giveBack(deps, new Map(returned.flatMap(one => [...one])), {
    count: 'WebhooksReturned',
    oldest: 'OldestWebhook',
  })
}

async function readHolds(deps: ResolverDeps, orders: OrderGroup<Incoming>[]): Promise<Holds | undefined> {
  const stores = new Set(orders.map(({ order }) => order.storeHash))
  if (stores.size === 0) return undefined
  try {
    return await deps.ledger.readHolds([], [...stores])
  } catch (error) {
    // Without the ledger no look may be begun; every webhook comes back.
    logFailure(deps, error, {})
    return undefined
  }
}

const sameOrder = (groups: OrderGroup<Incoming>[]): OrderGroup<Incoming>[][] => [
  ...Map.groupBy(groups, ({ order }) => `${order.storeHash}:${order.orderId}`).values(),
]

/** What is to be done after a refund must not overtake what is to be done after its payment: if one comes back, the later ones do. */
async function resolveInTurn(
  deps: ResolverDeps,
  groups: OrderGroup<Incoming>[],
  holds: Holds | undefined,
  deadline: EpochMs,
): Promise<Returned> {
  for (const [index, group] of groups.entries()) {
    const returned = await resolveGroup(deps, group, holds, deadline)
    const [returnAt] = returned.values()
    const behind = groups.slice(index + 1).flatMap(({ members }) => members)
    if (returned.size > 0)
      return new Map([...returned, ...behind.map(({ message }) => [message, returnAt] as const)])
  }
  return new Map()
}

function resolveGroup(
  deps: ResolverDeps,
  { order, members }: OrderGroup<Incoming>,
  holds: Holds | undefined,
  deadline: EpochMs,
): Promise<Returned> {
  const messages = members.map(({ message }) => message)
  if (holds === undefined) return Promise.resolve(comeBack(deps, messages))
  const { storeHash, orderId } = order
  return orComeBack(deps, messages, { storeHash, orderId }, async () => {
    const access = createStoreAccess(deps, holds.stores, deps.delayScale)
    const heard = members.map(member => member.heard)
    const { answered, rest } = await resolveOrder({ ...deps, access }, order, heard, deadline)
    const left = members.filter(member => !answered.has(member.heard.hash)).map(({ message }) => message)
    if (rest === undefined) return new Map()
    if ('returnAt' in rest) return new Map(left.map(message => [message, rest.returnAt]))
    return giveUp(deps, storeHash, left, rest)
  })
}

/** The watch forgets its failures only when the letters are safe: a redrive of one begins anew. */
async function giveUp(
  deps: ResolverDeps,
  storeHash: string,
  messages: Incoming[],
  { refusal, watch }: GivenUp,
): Promise<Returned> {
  const returned = await bury(deps, messages, refusal, { storeHash })
  if (returned.size < messages.length) await deps.watches.save(watch)
  return returned
}

/** To the dead-letter queue, body byte for byte; what it does not take comes back. */
async function bury(
  deps: ResolverDeps,
  messages: Incoming[],
  refusal: Refusal,
  known: { storeHash?: string },
): Promise<Returned> {
  const { clock, deadLetters, log, metrics } = deps
  const letters = messages.map(({ messageId, body, groupId }) =>
    letterOfRefused({ messageId, body, groupId, source: 'webhook' }, refusal, known, clock.now()),
  )
  const taken = await deadLetters.send(letters)
  const buried = messages.filter((_, index) => taken[index] === true)
  if (buried.length > 0) metrics.add('DeadLettered', buried.length)
  for (const { messageId, receives } of buried)
    log.warn('webhook was given up', { ...known, messageId, receives, code: refusal.code })
  return comeBack(
    deps,
    messages.filter(message => !buried.includes(message)),
  )
}

async function orComeBack(
  deps: ResolverDeps,
  messages: Incoming[],
  about: LogFields,
  work: () => Promise<Returned>,
): Promise<Returned> {
  try {
    return await work()
  } catch (error) {
    // The one place where a failure of our own ground, or a bug, ends: these webhooks return, the others go on.
    logFailure(deps, error, about)
    return comeBack(deps, messages)
  }
}

const comeBack = (deps: ResolverDeps, messages: Incoming[]): Returned =>
  new Map(messages.map(message => [message, soon(deps, message.receives)]))
