import { createDice } from '../../lib/local/sandbox/dice.js'

/** What is done to the door, one at a time: an order changes and the store tells it, or somebody else calls. */
export type Step =
  | { kind: 'change'; storeHash: string; orderId: number; fundingStatus: number; copies: number }
  | { kind: 'again' }
  | { kind: 'forged' | 'replayed' | 'malformed' }

export type WebhookPlan = {
  steps: Step[]
  webhooks: number
  changes: number
  duplicates: number
  refused: number
}

/** Orders of the run, a store's own. Every tenth has no invoice, every seventh two. */
export const ordersPerStore = 150
export const runStores = ['runaaa1', 'runbbb2'] as const

/**
 * `count` webhooks, deterministic by seed: 1 in 50 is forged, replayed or malformed; of the others a third is a repeat, at once
 * (the store sends copies) or later, and so out of order. Changes crowd on a few orders, as they do in a shop.
 */
export function planWebhooks(count: number, seed: number): WebhookPlan {
  const roll = createDice(seed)
  const steps: Step[] = []
  const tally = { webhooks: 0, changes: 0, duplicates: 0, refused: 0 }
  const funding = new Map<string, number>()
  while (tally.webhooks < count) {
    const chance = roll()
    if (chance < 0.02) {
      const kinds = ['forged', 'replayed', 'malformed'] as const
      steps.push({ kind: kinds[Math.floor(roll() * kinds.length)] ?? 'forged' })
      tally.refused += 1
    } else if (chance < 0.2 && tally.changes > 0) {
      steps.push({ kind: 'again' })
      tally.duplicates += 1
    } else {
      const storeHash = runStores[Math.floor(roll() * runStores.length)] ?? runStores[0]
      const orderId = 1 + Math.floor(roll() ** 2 * ordersPerStore)
      const key = `${storeHash}:${orderId}`
      const fundingStatus = ((funding.get(key) ?? 0) + 1) % 4
      funding.set(key, fundingStatus)
      const copies = roll() < 0.22 ? 2 : 1
      steps.push({ kind: 'change', storeHash, orderId, fundingStatus, copies })
      tally.changes += 1
      tally.duplicates += copies - 1
    }
    tally.webhooks = tally.changes + tally.duplicates + tally.refused
  }
  return { steps, ...tally }
}
