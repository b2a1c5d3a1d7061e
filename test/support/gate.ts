/** Runs work as soon as there is room for it; the others wait in the order in which they came. */
export type Gate = <T>(work: () => Promise<T>) => Promise<T>

/** Lets so many in at once. */
export function createGate(room: number): Gate {
  const waiting: (() => void)[] = []
  let free = room
  const leave = () => {
    const next = waiting.shift()
    if (next === undefined) free += 1
    else next()
  }
  return async work => {
    if (free > 0) free -= 1
    else await new Promise<void>(resolve => waiting.push(resolve))
    try {
      return await work()
    } finally {
      leave()
    }
  }
}
