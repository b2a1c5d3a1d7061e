import { createDice, hashText } from './dice.js'

export type FaultName =
  | 'lostAfterEffect'
  | 'lostBeforeEffect'
  | 'slow'
  | 'http500'
  | 'http502'
  | 'http503'
  | 'http500AfterEffect'
  | 'http502AfterEffect'
  | 'http504AfterEffect'
  | 'throttledWithB2bHeaders'
  | 'throttledWithPlatformHeaders'
  | 'throttledWithRetryAfter'
  | 'throttledWithoutHeaders'
  | 'okWithErrorCode'
  | 'html'
  | 'truncatedJson'
  | 'emptyBody'

/** What is absent matches everything. `path` is a regular expression over the path below the base URL and its query. */
export type PlannedFault = {
  fault: FaultName
  storeHash?: string
  paymentId?: number
  externalId?: string
  method?: string
  path?: string
  /** How many calls are hit; 1 when absent. */
  times?: number
}

export type FaultTarget = {
  storeHash: string
  method: string
  path: string
  paymentId: number | undefined
  externalId: string | undefined
}

export type Faults = {
  plan(fault: PlannedFault): void
  /** The fault that this call meets, if any. Each call may be asked about once. */
  choose(target: FaultTarget): FaultName | undefined
}

// How often each comes up among the random faults, in parts of the whole. Lost answers lead, being what money is lost by;
// slow is rare, for each costs a client's whole patience.
const weights: Record<FaultName, number> = {
  lostAfterEffect: 20,
  lostBeforeEffect: 12,
  slow: 1,
  http500: 7,
  http502: 5,
  http503: 6,
  http500AfterEffect: 8,
  http502AfterEffect: 5,
  http504AfterEffect: 6,
  throttledWithB2bHeaders: 4,
  throttledWithPlatformHeaders: 4,
  throttledWithRetryAfter: 3,
  throttledWithoutHeaders: 4,
  okWithErrorCode: 5,
  html: 3,
  truncatedJson: 4,
  emptyBody: 3,
}
const weighted = Object.entries(weights) as [FaultName, number][]
const totalWeight = weighted.reduce((sum, [, weight]) => sum + weight, 0)

export const faultNames: readonly FaultName[] = weighted.map(([name]) => name)

/** Planned faults come first, then random ones. */
export function createFaults(random: { rate: number; seed: number } | undefined): Faults {
  let planned: (PlannedFault & { pattern: RegExp; left: number })[] = []
  const timesCalled = new Map<string, number>()
  return {
    plan(fault) {
      planned.push({ ...fault, pattern: new RegExp(fault.path ?? ''), left: fault.times ?? 1 })
    },
    choose(target) {
      // The roll is a hash of the call itself and of how often just this call was made, so that a seed gives the same
      // faults in whatever order the calls of several groups arrive. Creates share one path: their externalId parts them.
      const key = [target.storeHash, target.method, target.path, target.externalId ?? ''].join(' ')
      const nth = (timesCalled.get(key) ?? 0) + 1
      timesCalled.set(key, nth)

      const match = planned.find(fault => matches(fault, target))
      if (match) {
        match.left -= 1
        planned = planned.filter(fault => fault.left > 0)
        return match.fault
      }
      return random && drawFault(random, `${key} ${nth}`)
    },
  }
}

function matches(fault: PlannedFault & { pattern: RegExp }, target: FaultTarget): boolean {
  if (fault.storeHash !== undefined && fault.storeHash !== target.storeHash) return false
  if (fault.paymentId !== undefined && fault.paymentId !== target.paymentId) return false
  if (fault.externalId !== undefined && fault.externalId !== target.externalId) return false
  if (fault.method !== undefined && fault.method !== target.method) return false
  return fault.pattern.test(target.path)
}

function drawFault({ rate, seed }: { rate: number; seed: number }, key: string): FaultName | undefined {
  const dice = createDice(hashText(`${seed} ${key}`))
  if (dice() >= rate) return undefined
  let roll = dice() * totalWeight
  for (const [name, weight] of weighted) {
    roll -= weight
    if (roll < 0) return name
  }
  return undefined
}
