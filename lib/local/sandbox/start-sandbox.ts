import { createServer } from 'node:http'
import { refusals } from './answers.js'
import { apiPath, handleCall } from './handle-call.js'
import { handleHooksCall, isHooksPath } from './hooks/handle-hooks-call.js'
import { moveBalances } from './move-balances.js'
import type { Payment } from './payment.js'
import { withAllowedOperations } from './payment-machine.js'
import type { Sandbox, SandboxOptions } from './sandbox.js'
import type { StoreState } from './store-state.js'
import { createWorld, keepChange, type World } from './world.js'

export type { FaultName, PlannedFault } from './faults.js'
export type { Delivery, Hook } from './hooks/hook.js'
export type { OrderNews } from './hooks/order-event.js'
export type { Invoice, LineItem, Money, Order, Payment } from './payment.js'
export type { Call, Effect, Sandbox, SandboxOptions } from './sandbox.js'
export type { InvoiceSeed, OrderSeed, PaymentSeed, StoreSeed } from './store-seed.js'

/** A store of DOMAIN.md on loopback: all nine endpoints, both kinds of credentials, quota, and faults on demand. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const world = createWorld(options)
  const { port, close } = await listen(world, options.port ?? 0)
  const store = (storeHash: string): StoreState => {
    const found = world.stores.get(storeHash)
    if (!found) throw new Error(`the sandbox has no store "${storeHash}"`)
    return found
  }
  return {
    url: `http://127.0.0.1:${port}${apiPath}`,
    storeApiUrl: `http://127.0.0.1:${port}`,
    effects: () => structuredClone(world.effects),
    calls: () => structuredClone(world.calls),
    payment: (storeHash, paymentId) => structuredClone(store(storeHash).payments.get(paymentId)?.payment),
    payments: storeHash =>
      structuredClone([...store(storeHash).payments.values()].map(({ payment }) => payment)),
    invoice: (storeHash, invoiceId) => structuredClone(store(storeHash).invoices.get(invoiceId)),
    quotaLeft(storeHash) {
      const { remaining, limit, resetsInMs } = world.quota.read(store(storeHash).storeHash)
      return { remaining, limit, resetsInMs }
    },
    misbehave: fault => world.faults.plan(fault),
    rotateToken: (storeHash, next) => world.credentials.rotate(store(storeHash).storeHash, next),
    changeByHand: (storeHash, paymentId, change) => editPayment(world, store(storeHash), paymentId, change),
    changeOrder(storeHash, order, { news = 'statusUpdated', copies = 1 } = {}) {
      keepChange(world, store(storeHash), { order }, undefined)
      return world.webhooks.announce(storeHash, order.id, { news, copies })
    },
    hooks: storeHash =>
      structuredClone(world.webhooks.hooks.filter(({ store_hash }) => store_hash === storeHash)),
    deliveries: () => structuredClone(world.webhooks.deliveries),
    rotateWebhookSecret: (storeHash, secret) => world.webhooks.setSecret(store(storeHash).storeHash, secret),
    stop: close,
  }
}

async function listen(world: World, port: number): Promise<{ port: number; close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    const handle = isHooksPath((request.url ?? '').split('?')[0] ?? '') ? handleHooksCall : handleCall
    handle(world, request, response).catch(error => {
      // The client went away in the middle of its body, or our own ground gave way (a full disk): nothing was kept.
      if (response.headersSent || request.destroyed) {
        response.destroy()
        return
      }
      const reason = error instanceof Error ? error.message : String(error)
      response.writeHead(500, { 'Content-Type': 'application/json' })
      response.end(JSON.stringify({ ...refusals.serverError, data: { errMsg: `sandbox: ${reason}` } }))
    })
  })
  // An idle socket that is closed just as a client uses it again would be a fault that nobody asked for.
  server.keepAliveTimeout = 600_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the sandbox listens on no port')
  let closed: Promise<void> | undefined
  const close = () => {
    closed ??= new Promise<void>(resolve => {
      world.stopping.abort()
      server.close(() => {
        world.journal.close()
        resolve()
      })
      server.closeAllConnections()
    }).then(world.webhooks.stop)
    return closed
  }
  return { port: address.port, close }
}

function editPayment(
  world: World,
  store: StoreState,
  paymentId: number,
  change: Partial<Omit<Payment, 'id'>>,
): void {
  const record = store.payments.get(paymentId)
  if (!record) throw new Error(`store ${store.storeHash} has no payment ${paymentId}`)
  const before = record.payment
  const updatedAt = Math.floor(world.clock.now() / 1000)
  const edited = withAllowedOperations({ ...before, updatedAt, ...change })
  const payment = { ...edited, allowedOperations: change.allowedOperations ?? edited.allowedOperations }
  const invoices = moveBalances(store.invoices, before, payment)
  keepChange(world, store, { payment: { ...record, payment }, invoices }, undefined)
}
