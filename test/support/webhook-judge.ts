import type { WebhookWorld } from './webhook-world.js'

/** Something of an order changed in its store, and a webhook that tells of it was taken. */
export type Change = { storeHash: string; orderId: string; at: number }

/** What must hold when both queues are empty, whatever happened on the way; each violation as a line. */
export function judgeWebhooks({ store, intake, operations }: WebhookWorld, changes: Change[]): string[] {
  const wrong: string[] = []
  const lastPull = new Map<string, number>()
  const executed = new Set<string>()
  for (const { storeHash, paymentId, by, at } of store.pulls) {
    if (executed.has(by)) wrong.push(`${by} was executed twice`)
    executed.add(by)
    lastPull.set(`${storeHash} ${paymentId}`, at)
  }
  for (const { storeHash, orderId, at } of changes)
    for (const paymentId of paymentsOf(store.of(storeHash), orderId)) {
      const pulledAt = lastPull.get(`${storeHash} ${paymentId}`)
      if (pulledAt === undefined || pulledAt < at)
        wrong.push(
          `payment ${paymentId} of ${storeHash} was not pulled after order ${orderId} changed at ${at}`,
        )
    }
  if (intake.size > 0) wrong.push(`${intake.size} webhooks are left`)
  if (operations.size > 0) wrong.push(`${operations.size} requests are left`)
  return wrong
}

export function paymentsOf(
  {
    invoices,
    payments,
  }: {
    invoices: { id: number; orderNumber: string | null }[]
    payments: { id: number; invoiceIds: number[] }[]
  },
  orderId: string,
): number[] {
  const ids = new Set(invoices.filter(({ orderNumber }) => orderNumber === orderId).map(({ id }) => id))
  return payments.filter(({ invoiceIds }) => invoiceIds.some(id => ids.has(id))).map(({ id }) => id)
}
