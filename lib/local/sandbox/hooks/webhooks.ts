import { Agent } from 'node:http'
import type { Clock } from '../../../core/time.js'
import { type DeliveryDeps, deliverEvent } from './deliver-event.js'
import type { Delivery, Hook, StoreEvent } from './hook.js'
import { createOrderEvent, type OrderNews } from './order-event.js'
import { watchSuccess } from './watch-success.js'

export type Webhooks = {
  /** Every hook of every store, as it is: what the API changes is changed here. */
  hooks: Hook[]
  /** Sends the order's news to whoever has registered, `copies` times each, and returns its hash. */
  announce(storeHash: string, orderId: number, news: { news: OrderNews; copies: number }): string
  setSecret(storeHash: string, secret: string): void
  deliveries: Delivery[]
  /** Nothing is sent from now on; resolves when the last that was on its way has ended. */
  stop(): Promise<void>
}

export type WebhookOptions = {
  clock: Clock
  timeScale: number
  /** From how many failures in two minutes a destination is judged. */
  blockFromFailures: number
  /** Client secrets by store. A store without one sends nothing. */
  secrets: Map<string, string>
  stopping: AbortSignal
}

/** The webhooks of the sandbox's stores. What is registered lives in memory; a restart knows none of it. */
export function createWebhooks({
  clock,
  timeScale,
  blockFromFailures,
  secrets,
  stopping,
}: WebhookOptions): Webhooks {
  const hooks: Hook[] = []
  const deliveries: Delivery[] = []
  const underWay = new Set<Promise<void>>()
  const agent = new Agent({ keepAlive: true })
  const deps: DeliveryDeps = {
    clock,
    timeScale,
    agent,
    stopping,
    success: watchSuccess(clock, timeScale, blockFromFailures),
    secretOf: storeHash => secrets.get(storeHash) ?? '',
    note: delivery => void deliveries.push(delivery),
  }
  let events = 0
  let sent = 0
  const send = (hook: Hook, event: StoreEvent) => {
    sent += 1
    const delivery = deliverEvent(deps, hook, event, `msg_${event.hash}_${sent}`)
    underWay.add(delivery)
    void delivery.finally(() => underWay.delete(delivery))
  }
  return {
    hooks,
    deliveries,
    setSecret: (storeHash, secret) => void secrets.set(storeHash, secret),
    announce(storeHash, orderId, { news, copies }) {
      events += 1
      const event = createOrderEvent(storeHash, orderId, { news, nth: events, at: clock.now() })
      const wanted = hooks.filter(
        hook => hook.store_hash === storeHash && hook.is_active && hears(hook, event),
      )
      for (const hook of wanted) for (let copy = 0; copy < copies; copy += 1) send(hook, event)
      if (wanted.length === 0) {
        const { scope, hash } = event
        const nobody = { hookId: undefined, attempt: 0, status: undefined, result: 'noHook' as const }
        deliveries.push({ at: clock.now(), storeHash, scope, hash, ...nobody })
      }
      return event.hash
    },
    async stop() {
      await Promise.all(underWay)
      agent.destroy()
    },
  }
}

/** A scope may end in an asterisk, which stands for all below it. */
const hears = ({ scope }: Hook, event: StoreEvent): boolean =>
  scope.endsWith('/*') ? event.scope.startsWith(scope.slice(0, -1)) : event.scope === scope
