/** What a container held at one instant, after a full collection. */
export type Sample = {
  pid: number
  /** Since the container was started. */
  atMs: number
  rss: number
  heapUsed: number
  descriptors: number
  resources: number
}

export type Growth = {
  what: string
  early: number
  late: number
  ratio: number
  most: number
  isMet: boolean
}

/** No growth beyond 10 %. */
const growthMax = 1.1
/** What a full batch opens and keeps: a socket to the API and one to DynamoDB for each of its ten, and a few to the others. */
const socketsMax = 24
/** In a run so long all that is ever opened has been opened early; a few come and go. */
const longRunMs = 240_000
const fewMax = 4

/**
 * The samples after the warm-up are cut into thirds; what the containers held in the first is compared with the last, by the
 * medians of each container, and of the containers the one that grew most counts. A container that does not reach into
 * both says nothing.
 */
export function judgeSoak(samples: Sample[], warmUpMs: number): Growth[] {
  const byContainer = [...Map.groupBy(samples, ({ pid }) => pid).values()]
    .map(all => all.filter(({ atMs }) => atMs >= warmUpMs))
    .filter(({ length }) => length >= 6)
  const lastMs = Math.max(0, ...samples.map(({ atMs }) => atMs))
  const spare = lastMs - warmUpMs >= longRunMs ? fewMax : socketsMax
  const measures = [
    { what: 'memory (RSS)', key: 'rss', spare: 0 },
    { what: 'kept heap', key: 'heapUsed', spare: 0 },
    { what: 'file descriptors', key: 'descriptors', spare },
    { what: 'handles and requests', key: 'resources', spare },
  ] as const
  return measures.map(({ what, key, spare }) => {
    const grown = byContainer.map(all => {
      const third = Math.floor(all.length / 3)
      const early = median(all.slice(0, third).map(sample => sample[key]))
      const late = median(all.slice(-third).map(sample => sample[key]))
      const isMet = late <= Math.max(early * growthMax, early + spare)
      return { what, early, late, ratio: late / early, most: growthMax, isMet }
    })
    const [worst] = grown.sort((a, b) => Number(a.isMet) - Number(b.isMet) || b.ratio - a.ratio)
    return worst ?? { what, early: 0, late: 0, ratio: Number.NaN, most: growthMax, isMet: false }
  })
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const [low = 0, high = low] =
    sorted.length % 2 === 1 ? [sorted[middle]] : sorted.slice(middle - 1, middle + 1)
  return (low + high) / 2
}
