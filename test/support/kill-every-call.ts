import type { Kill, Surroundings } from './built-worker.js'
import type { Gate } from './gate.js'
import { type Kind, kinds } from './kill-kinds.js'
import { runTrial, type Trial } from './kill-trial.js'
import { settleAll } from './settle-all.js'

/** The trials of one kind of request. Each call of its way is a place to die, before it and after it. */
export type KindTrials = {
  kind: Kind
  /** Nobody is killed: its calls are the places. */
  clean: Trial
  /** One for each place. */
  killed: Trial[]
  /** Killed at the write, and then again where the next delivery settles what was left behind. */
  killedTwice: Trial[]
}

/** Enough payments of each kind for every trial that there can be. */
export const trialsMax = 100

/** Runs them side by side, as far as the gate lets them. */
export async function killAtEveryCall(
  surroundings: Surroundings,
  gate: Gate,
  kind: Kind,
  /** Of the places to die for the second time, which are too many for every run, each so-many-th is taken. */
  { stride }: { stride: number },
): Promise<KindTrials> {
  let trials = 0
  const run = (kills: Kill[]) => runTrial(surroundings, gate, { kind, trial: trials++, kills })
  const clean = await run([])
  const places = placesIn(clean.deliveries[0]?.calls ?? [])
  const writeAt = (clean.deliveries[0]?.calls ?? []).findIndex(isWrite) + 1
  const killed: Trial[] = []
  const killedTwice: Trial[] = []
  await settleAll(
    places.map(async (place, at) => {
      const once = await run([place])
      killed.push(once)
      if (place.call !== writeAt) return
      // Shifted from kind to kind, so that a sample of all kinds still has every place in it.
      const second = placesIn(once.deliveries[1]?.calls ?? []).filter(
        (_, index) => (index + at + kinds.indexOf(kind)) % stride === 0,
      )
      killedTwice.push(...(await settleAll(second.map(next => run([place, next])))))
    }),
  )
  return { kind, clean, killed, killedTwice }
}

const placesIn = (calls: string[]): Kill[] =>
  calls.flatMap((_, index) => [
    { call: index + 1, passage: 'arrived' as const },
    { call: index + 1, passage: 'answered' as const },
  ])

export const isWrite = (call: string): boolean => /^API (?!GET)/.test(call)
export const isLook = (call: string): boolean => call.startsWith('API GET ')
