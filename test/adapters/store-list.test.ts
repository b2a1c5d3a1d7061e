import { afterEach, describe, expect, it } from '@jest/globals'
import { createStoreList } from '../../lib/adapters/store-list.js'
import { Unavailable } from '../../lib/core/errors.js'
import { startEmbeddedSecrets } from '../support/embedded.js'
import { endAll } from '../support/endings.js'
import { catchError, expectNoSentinel, sentinelToken } from '../support/sentinel.js'

afterEach(endAll)

async function aList(prefix = 'payops/') {
  const secrets = await startEmbeddedSecrets()
  return { ...secrets, stores: createStoreList({ client: secrets.client }, { prefix }) }
}

describe('createStoreList', () => {
  it('lists each store that has a secret under the prefix, in order', async () => {
    const { put, stores } = await aList()
    for (const name of ['payops/nordic4b', 'payops/luma7x2', 'payops/luma7x2']) put(name, sentinelToken)
    const list = await stores.list()
    expect(list).toEqual(['luma7x2', 'nordic4b'])
    expectNoSentinel(list)
  })

  it('passes over what is named otherwise: another prefix, or no store hash behind it', async () => {
    const { put, stores } = await aList()
    const names = [
      'other/abc',
      'payops/',
      'payops/a/b',
      'payops/ABC',
      `payops/${'x'.repeat(33)}`,
      'my-payops/abc',
    ]
    for (const name of names) put(name, sentinelToken)
    expect(await stores.list()).toEqual([])
  })

  it('lists more stores than a page of Secrets Manager holds', async () => {
    const { put, stores } = await aList()
    for (let index = 0; index < 250; index += 1) put(`payops/store${index}`, sentinelToken)
    expect(new Set(await stores.list()).size).toBe(250)
  })

  it('is Unavailable while Secrets Manager is', async () => {
    const { failNext, stores } = await aList()
    failNext(1)
    expect(await catchError(stores.list)).toBeInstanceOf(Unavailable)
  })
})
