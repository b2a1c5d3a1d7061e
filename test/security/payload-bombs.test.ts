import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { systemClock } from '../../lib/adapters/system.js'
import { aRecord } from '../functions/a-deployment.js'
import { endAll } from '../support/endings.js'
import { expectMemoryBelow, type HostileWorld, startHostileWorld } from './a-hostile-world.js'

// Requests that are made to cost: each goes to the dead-letter queue at its first delivery, in little time and memory, and a
// request beside it is carried out.

let world: HostileWorld

beforeAll(async () => {
  world = await startHostileWorld()
})
afterAll(endAll)

/** In the place of a body, which a failing test would print. */
const digest = (body: string): string => createHash('sha256').update(body).digest('hex')
const allowed = 256 * 1024
const mebibyte = 1024 * 1024
const fill = (bytes: number, make: (times: number) => string, each: number) =>
  make(Math.floor((bytes - 200) / each))

const bombs: [string, (bytes: number) => string][] = [
  ['a list in a list, and so on', bytes => fill(bytes, n => `${'['.repeat(n)}${']'.repeat(n)}`, 2)],
  [
    'an object in an object, and so on',
    bytes => fill(bytes, n => `${'{"a":'.repeat(n)}0${'}'.repeat(n)}`, 6),
  ],
  [
    'the same in a known field',
    bytes =>
      fill(
        bytes,
        n => `{"paymentId":117,"operationCode":0,"metadata":${'{"a":'.repeat(n)}0${'}'.repeat(n)}}`,
        6,
      ),
  ],
  [
    'a number of as many digits',
    bytes => fill(bytes, n => `{"paymentId":${'9'.repeat(n)},"operationCode":0}`, 1),
  ],
  [
    'a payment id as text of as many digits',
    bytes => fill(bytes, n => `{"paymentId":"${'0'.repeat(n)}1.","operationCode":0}`, 1),
  ],
  [
    'an amount of as many digits',
    bytes =>
      fill(
        bytes,
        n =>
          `{"type":"createOfflinePayment","payment":{"lineItems":[{"invoiceId":1,"amount":"${'1'.repeat(n)}x"}]}}`,
        1,
      ),
  ],
  [
    'nothing but unknown keys',
    bytes => fill(bytes, n => `{${Array.from({ length: n }, (_, at) => `"k${at}":0`).join()}}`, 11),
  ],
  [
    'one key again and again',
    bytes => fill(bytes, n => `{${'"paymentId":1,'.repeat(n)}"operationCode":9}`, 14),
  ],
  [
    'nothing but broken line items',
    bytes =>
      fill(bytes, n => `{"type":"createOfflinePayment","payment":{"lineItems":[${'{},'.repeat(n)}{}]}}`, 3),
  ],
  [
    'nothing but metadata',
    bytes =>
      fill(
        bytes,
        n =>
          `{"paymentId":117,"operationCode":0,"metadata":{${Array.from({ length: n }, (_, at) => `"k${at}":0`).join()}}}`,
        11,
      ),
  ],
]

describe('a batch of ten records', () => {
  it.each([
    ['as large as a request may be', allowed],
    ['of a mebibyte each', mebibyte - 4_096],
  ])('%s, each made to cost, goes to the dead-letter queue at once', async (_, bytes) => {
    const container = await world.start('performOperations')
    const bodies = bombs.map(([, make]) => make(bytes))
    const Records = bodies.map((body, at) => aRecord(`m-${bytes}-${at}`, body))
    const begunAt = systemClock.now()
    const all = { kind: 'response', result: { batchItemFailures: [] } }
    expect(await container.invoke({ Records }, 30_000)).toEqual(all)
    expect(systemClock.now() - begunAt).toBeLessThan(20_000)
    expectMemoryBelow(container, 350)
    const { letters } = await world.seen()
    const told = letters.map(letter => digest(Object(letter).Body))
    expect(told.sort()).toEqual(bodies.map(digest).sort())
  })
})

describe('a request beside one that is made to cost', () => {
  it.each(bombs.map(([name, make], at) => ({ name, make, at })))(
    '$name, is carried out',
    async ({ make, at }) => {
      const container = await world.start('performOperations')
      const paymentId = 120 + 10 * at
      const valid = JSON.stringify({ requestId: `r-${at}`, paymentId, operationCode: 0 })
      const Records = [aRecord(`m-bomb-${at}`, make(allowed)), aRecord(`m-valid-${at}`, valid)]
      const all = { kind: 'response', result: { batchItemFailures: [] } }
      expect(await container.invoke({ Records }, 15_000)).toEqual(all)
      expect(world.sandbox.effects().filter(effect => effect.paymentId === paymentId)).toHaveLength(1)
      expectMemoryBelow(container, 250)
    },
  )
})

describe('an event of the bus that is made to cost', () => {
  it.each(bombs.map(([name, make]) => ({ name, make })))(
    '$name, is answered and harms nothing',
    async ({ make }) => {
      const container = await world.start('acceptOperation')
      const event = `{"id":"e-1","time":"2026-11-22T08:00:00Z","source":"erp","detail":${make(allowed)}}`
      expect(await container.invokeText(event, 15_000)).toMatchObject({ kind: 'response' })
      expectMemoryBelow(container, 250)
    },
  )
})
