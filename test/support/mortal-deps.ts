import type { ReconcileDeps } from '../../lib/engine/reconcile/deps.js'

/** Where a pass dies: at its so-many-th call of a port, before the call is made or after it took effect. */
export type Death = { call: number; passage: 'before' | 'after' }

export type Mortal = { deps: ReconcileDeps; calls: string[] }

const mortalPorts = [
  'ledger',
  'api',
  'credentials',
  'queue',
  'outcomes',
  'checkpoints',
  'stores',
  'letters',
  'reports',
] as const

/** Once dead, every port refuses: as after a kill, nothing of the pass can do anything any more. */
export function mortalDeps(deps: ReconcileDeps, death?: Death): Mortal {
  const calls: string[] = []
  let isDead = false
  const die = (): never => {
    isDead = true
    throw new Error('killed')
  }
  const wrap = <T extends object>(name: string, port: T): T =>
    new Proxy(port, {
      get(target, key) {
        const method: unknown = Reflect.get(target, key, target)
        if (typeof method !== 'function') return method
        return async (...given: unknown[]) => {
          if (isDead) die()
          calls.push(`${name}.${String(key)}`)
          const isHere = calls.length === death?.call
          if (isHere && death.passage === 'before') die()
          const answer: unknown = await Reflect.apply(method, target, given)
          if (isHere) die()
          return answer
        }
      },
    })
  const ports = Object.fromEntries(mortalPorts.map(name => [name, wrap(name, deps[name])]))
  return { calls, deps: { ...deps, ...ports } }
}
