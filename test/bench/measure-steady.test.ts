import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { bundlePrograms } from './bundle-programs.js'
import { bundleContenders } from './contenders.js'
import { type Measurement, measureContender } from './measure-contender.js'
import { startWorld } from './start-process.js'

let place: string
let found: Measurement

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'payops-bench-'))
  await bundlePrograms(['world', 'worker'], place)
  const [payops] = await bundleContenders(['payops'], undefined)
  if (payops === undefined) throw new Error('payops has no bundle')
  const world = await startWorld(join(place, 'world.mjs'))
  try {
    const load = { warmUp: 20, steady: 50 }
    found = await measureContender(join(place, 'worker.mjs'), world, payops, load)
  } finally {
    await world.stop()
  }
})

afterAll(() => rm(place, { recursive: true }))

describe('the built bundle under the bench', () => {
  it('makes one API call and two ledger writes a message, one batched read and one PutEvents a batch', () => {
    expect(found.calls.byAction).toEqual({
      'API POST /payments/{id}/operations': 1,
      'DynamoDB PutItem': 2,
      'DynamoDB BatchGetItem': 0.1,
      'EventBridge PutEvents': 0.1,
    })
  })

  it('reads the secret once in the life of its container', () => {
    expect(found.calls.secretReads).toBe(1)
  })

  it('tells one outcome of each message', () => {
    expect(found.calls.events).toBe(1)
  })

  it('carries ten messages of one payment out in their order', () => {
    expect(found.keepsOrder).toBe(true)
  })
})
