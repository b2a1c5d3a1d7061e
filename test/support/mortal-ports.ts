/** Where work dies: at its so-many-th call of a port, before the call is made or after it took effect. */
export type Death = { call: number; passage: 'before' | 'after' }

/** `deps` with the named ports, which die together: after a kill nothing of the work can do anything any more. */
export function mortalPorts<T extends object>(
  deps: T,
  names: (keyof T)[],
  death?: Death,
): { deps: T; calls: string[] } {
  const calls: string[] = []
  let isDead = false
  const die = (): never => {
    isDead = true
    throw new Error('killed')
  }
  const wrap = (name: string, port: object): object =>
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
  const ports = Object.fromEntries(
    names.flatMap(name => {
      const port: unknown = deps[name]
      return typeof port === 'object' && port !== null ? [[name, wrap(String(name), port)]] : []
    }),
  )
  return { calls, deps: { ...deps, ...ports } }
}
