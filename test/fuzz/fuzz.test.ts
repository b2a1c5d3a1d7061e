import { describe, expect, it } from '@jest/globals'
import { brokenSubjects } from './broken-subjects.js'
import { runFuzz } from './run-fuzz.js'
import { production } from './subject.js'

/** A share of `npm run fuzz`; a finding holds the shrunk input and what replays it. */

const noFinding = { finding: undefined }

describe('a fuzzed request', () => {
  it('is parsed as the contract says, or refused for a reason that has a name', async () => {
    const result = await runFuzz(production, { road: 'parser', runs: 1_000, seed: 1 })
    expect({ finding: result.finding }).toEqual(noFinding)
    expect(result.tally.valid).toBeGreaterThan(100)
    expect(Object.keys(result.tally.invalid).length).toBeGreaterThan(20)
  })

  it('ends, coming from SQS, as one write at most, or as a dead letter without any call', async () => {
    const result = await runFuzz(production, { road: 'queue', runs: 1_000, seed: 2 })
    expect({ finding: result.finding }).toEqual(noFinding)
    expect(result.tally.writes).toBeGreaterThan(100)
  })

  it('reaches the queue from the bus only where it is valid, and is then carried out', async () => {
    const result = await runFuzz(production, { road: 'bus', runs: 1_000, seed: 3 })
    expect({ finding: result.finding }).toEqual(noFinding)
    expect(result.tally.malformed).toBeGreaterThan(50)
    expect(result.tally.writes).toBeGreaterThan(100)
  })

  it('is the same for the same seed', async () => {
    const options = { road: 'parser', runs: 100, seed: 4 } as const
    expect(await runFuzz(production, options)).toEqual(await runFuzz(production, options))
  })
})

describe('the control of the fuzz', () => {
  it.each(brokenSubjects)('catches a subject that $name', async ({ road, kind, subject }) => {
    const { finding } = await runFuzz(subject, { road, runs: 3_000, seed: 1 })
    expect(finding).toMatchObject({ kind: kind ?? expect.any(String) })
  })

  it.each(brokenSubjects.slice(0, 1))(
    'replays what it found from seed and path: $name',
    async ({ road, subject }) => {
      const { finding } = await runFuzz(subject, { road, runs: 3_000, seed: 1 })
      const { seed = 0, path = '' } = finding ?? {}
      const again = await runFuzz(subject, { road, runs: 3_000, seed, path })
      expect(again.finding?.message).toBe(finding?.message)
    },
  )
})
