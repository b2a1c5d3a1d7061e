import type { EpochMs } from '../time.js'
import type { Heard } from './choose-look.js'
import { readIntake } from './webhook.js'
import { chooseOperation, type WebhookRules } from './webhook-rules.js'

/** A message of the intake queue, as far as it matters here. */
type Message = { body: string; sentAt: EpochMs; receives: number }

/** Webhooks of one order that want the same operation: one look answers them. */
export type OrderGroup<T> = {
  order: { storeHash: string; orderId: string; operationCode: number }
  members: { message: T; heard: Heard & { scope: string; receives: number } }[]
}

export type Grouped<T> = {
  orders: OrderGroup<T>[]
  /** A person has to look at these. */
  unreadable: { message: T; why: string; storeHash?: string }[]
  /** Their scope or store was switched off since they were taken. */
  off: T[]
}

export function groupWebhooks<T extends Message>(messages: T[], rules: WebhookRules): Grouped<T> {
  const orders = new Map<string, OrderGroup<T>>()
  const grouped: Grouped<T> = { orders: [], unreadable: [], off: [] }
  for (const message of messages) {
    const read = readIntake(message.body)
    if (!read.valid) {
      const { why, storeHash } = read
      grouped.unreadable.push({ message, why, ...(storeHash !== undefined && { storeHash }) })
      continue
    }
    const { scope, storeHash, orderId, hash, createdAt } = read.webhook
    const operationCode = chooseOperation(rules, { scope, storeHash })
    if (operationCode === undefined) {
      grouped.off.push(message)
      continue
    }
    const order = { storeHash, orderId, operationCode }
    const key = `${storeHash}:${operationCode}#${orderId}`
    const { sentAt, receives } = message
    const group = orders.get(key) ?? { order, members: [] }
    group.members.push({ message, heard: { hash, createdAt, sentAt, scope, receives } })
    orders.set(key, group)
  }
  return { ...grouped, orders: [...orders.values()] }
}
