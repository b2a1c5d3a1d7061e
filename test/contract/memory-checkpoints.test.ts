import { describe } from '@jest/globals'
import { createLeapingClock } from '../support/leaping-clock.js'
import { MemoryCheckpoints } from '../support/memory-checkpoints.js'
import { checkpointsContract } from './checkpoints-contract.js'

describe('MemoryCheckpoints', () =>
  checkpointsContract(async () => {
    const clock = createLeapingClock()
    return { clock, checkpoints: new MemoryCheckpoints(clock) }
  }))
