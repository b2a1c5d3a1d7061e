import type { WebhookCall } from '../../lib/core/webhook/read-call.js'
import { webhookScopes } from '../../lib/core/webhook/webhook-rules.js'
import type { OrderStore } from '../support/order-store.js'
import { type StoreEvent, signBody, signedWebhook } from '../support/signed-webhook.js'
import type { seededRandom } from '../support/virtual-clock.js'

export const stores = ['abc', 'xyz', 'qrs']
export const secretOf = (storeHash: string) => `client-secret-of-${storeHash}`

export const kinds = ['first', 'duplicate', 'late', 'forged', 'replayed', 'malformed'] as const
export type Kind = (typeof kinds)[number]
/** `first` and `late`: the only first delivery of its event. */
export type Delivery = { at: number; kind: Kind; event: StoreEvent; call: WebhookCall }
export type Plan = { deliveries: Delivery[]; changes: { event: StoreEvent; at: number }[] }

type Chance = ReturnType<typeof seededRandom>

/** 300 orders a store: some with several invoices and payments, some with none, and numbers that contain each other. */
export function plantOrders(store: OrderStore, random: Chance): string[] {
  const orderIds = Array.from({ length: 100 }, (_, n) => [25 + n, 10 * (25 + n), 100 * (25 + n) + 1]).flat()
  let id = 1_000
  for (const storeHash of stores)
    for (const orderId of orderIds) {
      const invoices = random.chance(0.1) ? 0 : random.chance(0.8) ? 1 : 2 + random.below(2)
      for (let n = 0; n < invoices; n += 1) {
        const payments = random.chance(0.8) ? 1 : random.below(4)
        const paymentIds = Array.from({ length: payments }, () => id++)
        store.add(storeHash, String(orderId), id++, ...paymentIds)
      }
    }
  return orderIds.map(String)
}

/**
 * `count` deliveries over some hours. A third of them repeat an event, or come so late that a younger one of the order was
 * there before; one in fifty is forged, replayed after ten minutes or malformed.
 */
export function planDeliveries(random: Chance, orderIds: string[], start: number, count: number): Plan {
  const deliveries: Delivery[] = []
  const changes: Plan['changes'] = []
  const bad = Math.floor(count / 50)
  const disordered = Math.floor(count / 3)
  const late = Math.floor(disordered / 4)
  const events = count - bad - (disordered - late)
  let at = start
  let id = 0
  const send = (event: StoreEvent, atMs: number, kind: Kind): void => {
    const secret = secretOf(event.storeHash)
    deliveries.push({
      at: atMs,
      kind,
      event,
      call: signedWebhook(event, { id: `msg_${id++}`, atMs, secret }),
    })
  }
  for (let n = 0; n < events; n += 1) {
    // Often several events of one order at once: a status, its transaction, and so on.
    const previous = changes.at(-1)
    const isSame = previous !== undefined && random.chance(0.5)
    at += isSame ? random.below(3_000) : random.below(4_500)
    const event: StoreEvent = {
      storeHash: isSame ? previous.event.storeHash : pick(random, stores),
      orderId: isSame ? previous.event.orderId : pick(random, orderIds),
      scope: pick(random, webhookScopes),
      hash: `${random.uuid()}-${n}`,
      createdAt: Math.floor(at / 1000),
    }
    changes.push({ event, at })
    if (n % Math.floor(events / late) === 1) send(event, at + 20_000 + random.below(280_000), 'late')
    else send(event, at + random.below(800), 'first')
  }
  for (let n = 0; n < disordered - late; n += 1) {
    const of = deliveries[random.below(events)]
    if (of !== undefined) send(of.event, of.at + pick(random, repeatsAfterMs), 'duplicate')
  }
  for (let n = deliveries.length; n < count; n += 1) {
    const of = deliveries[random.below(events)]
    if (of !== undefined) deliveries.push(spoil(random, of, `bad_${id++}`, n))
  }
  return { deliveries: deliveries.sort((a, b) => a.at - b.at), changes }
}

/** At once, within the queue's deduplication, and at the times at which a store comes again. */
const repeatsAfterMs = [50, 400, 8_000, 60_000, 180_000, 600_000, 1_800_000]

/** A wave of calls that must not pass: each is a genuine one with something about it that is not. */
function spoil(random: Chance, { at, event, call }: Delivery, id: string, n: number): Delivery {
  const secret = secretOf(event.storeHash)
  const atMs = at + random.below(60_000)
  const sent = { id, atMs, secret }
  const other = { ...event, hash: `${event.hash}-${n}` }
  switch (n % 6) {
    case 0:
      return {
        at: atMs,
        kind: 'forged',
        event: other,
        call: signedWebhook(other, { ...sent, secret: 'guess' }),
      }
    case 1: {
      const { headers, ...rest } = signedWebhook(other, sent)
      const forged = { ...headers, 'webhook-id': `${id}x` }
      return { at: atMs, kind: 'forged', event: other, call: { ...rest, headers: forged } }
    }
    case 2: {
      const genuine = signedWebhook(other, sent)
      const body = Buffer.from(Buffer.from(genuine.body).toString().replace('"hash"', '"hush"'))
      return { at: atMs, kind: 'forged', event: other, call: { ...genuine, body } }
    }
    case 3:
      return { at: at + 600_000, kind: 'replayed', event, call }
    case 4:
      return { at: atMs, kind: 'malformed', event: other, call: signBody('{"scope":', sent) }
    default: {
      const { 'webhook-signature': _, ...headers } = call.headers
      return { at: atMs, kind: 'malformed', event: other, call: { ...call, headers } }
    }
  }
}

const pick = <T>(random: Chance, among: readonly T[]): T => {
  const one = among[random.below(among.length)]
  if (one === undefined) throw new Error('nothing to pick from')
  return one
}
