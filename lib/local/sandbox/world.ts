import type { Clock } from '../../core/time.js'
import { type Credentials, createCredentials } from './credentials.js'
import { createFaults, type FaultName, type Faults } from './faults.js'
import { createWebhooks, type Webhooks } from './hooks/webhooks.js'
import { type Journal, openJournal } from './journal.js'
import { createMisbehaviours, type Misbehaviour } from './misbehaviour.js'
import { createQuota, type Quota } from './quota.js'
import type { Call, Effect, SandboxOptions } from './sandbox.js'
import { createStoreState } from './store-seed.js'
import { type Change, commitChange, type StoreState } from './store-state.js'

/** All that a sandbox is made of, but for the socket. */
export type World = {
  clock: Clock
  stores: Map<string, StoreState>
  credentials: Credentials
  quota: Quota
  faults: Faults
  misbehaviours: Record<FaultName, Misbehaviour>
  calls: Call[]
  effects: Effect[]
  journal: Journal
  webhooks: Webhooks
  slowMs: number
  listLagMs: number
  /** Aborted by `stop`: late answers are not waited for. */
  stopping: AbortController
}

/** The seeds, with everything that the journal knows laid over them. */
export function createWorld(options: SandboxOptions): World {
  const { clock, stores: seeds, timeScale = 1, slowMs = 15_000, listLagMs = 3_000 } = options
  const stopping = new AbortController()
  const stores = new Map(seeds.map(seed => [seed.storeHash, createStoreState(seed)]))
  const journal = openJournal(options.directory)
  for (const { storeHash, change } of journal.lines) {
    const store = stores.get(storeHash)
    if (store) commitChange(store, change)
  }
  return {
    clock,
    stores,
    credentials: createCredentials(seeds),
    quota: createQuota(options.quota ?? { limit: 150, windowMs: 60_000 }, clock),
    faults: createFaults(options.faults),
    misbehaviours: createMisbehaviours(timeScale),
    calls: [],
    effects: journal.lines.flatMap(({ effect }) => (effect ? [effect] : [])),
    journal,
    slowMs: slowMs * timeScale,
    listLagMs: listLagMs * timeScale,
    stopping,
    webhooks: createWebhooks({
      clock,
      timeScale,
      blockFromFailures: options.blockFromFailures ?? 100,
      secrets: new Map(
        seeds.flatMap(({ storeHash, webhookSecret: secret }) => (secret ? [[storeHash, secret]] : [])),
      ),
      stopping: stopping.signal,
    }),
  }
}

/** First the journal, then memory: what could not be kept did not happen. */
export function keepChange(
  world: World,
  store: StoreState,
  change: Change,
  effect: Effect | undefined,
): void {
  world.journal.append({ storeHash: store.storeHash, change, ...(effect ? { effect } : {}) })
  commitChange(store, change)
  if (effect) world.effects.push(effect)
}
