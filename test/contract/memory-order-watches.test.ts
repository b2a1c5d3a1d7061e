import { describe } from '@jest/globals'
import { MemoryWatches } from '../support/memory-watches.js'
import { VirtualClock } from '../support/virtual-clock.js'
import { orderWatchesContract } from './order-watches-contract.js'

describe('the order watches in memory', () => {
  orderWatchesContract(async () => ({
    watches: new MemoryWatches(new VirtualClock(Date.parse('2026-11-22T08:00:00.000Z'))),
  }))
})
