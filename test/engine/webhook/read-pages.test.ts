import { describe, expect, it } from '@jest/globals'
import { readAnswer } from '../../../lib/core/answer.js'
import { invoicesCall } from '../../../lib/core/api-call.js'
import { asEpochMs } from '../../../lib/core/time.js'
import { createStoreAccess } from '../../../lib/engine/store-access.js'
import { readPages } from '../../../lib/engine/webhook/read-pages.js'
import { WebhookWorld } from '../../support/webhook-world.js'

type Page = { ids: (number | null)[]; total?: number; status?: number }

/** A store that gives these pages, one after the other, whatever was asked for. */
async function read(...pages: Page[]) {
  const world = new WebhookWorld()
  const offsets: string[] = []
  const access = createStoreAccess(world.resolver, new Map(), 1)
  const api: typeof world.resolver.api = {
    call: async call => {
      offsets.push(new URLSearchParams(call.path.split('?')[1]).get('offset') ?? '')
      const { ids, total, status = 200 } = pages.shift() ?? { ids: [] }
      const body = {
        code: status,
        data: ids.map(id => (id === null ? {} : { id })),
        meta: {
          message: status === 200 ? 'SUCCESS' : 'Not now',
          ...(total !== undefined && { pagination: { totalCount: total } }),
        },
      }
      const receivedAt = world.clock.now()
      return readAnswer(call.kind, {
        kind: 'answered',
        status,
        headers: {},
        body: JSON.stringify(body),
        receivedAt,
      })
    },
  }
  const deadline = asEpochMs(world.clock.now() + 30_000)
  const reading = readPages(
    { ...world.resolver, api, access },
    'abc',
    page => invoicesCall({ ...page, searchBy: 'orderNumber', q: '250' }),
    deadline,
  )
  return { result: await world.clock.run(reading), offsets }
}

const items = (...ids: number[]) => ({ items: ids.map(id => ({ id })) })

describe('readPages', () => {
  it('needs one call for a list that says how long it is', async () => {
    expect(await read({ ids: [1, 2], total: 2 })).toEqual({ result: items(1, 2), offsets: ['0'] })
  })

  it('takes an empty page for the end of a list that does not', async () => {
    expect(await read({ ids: [1, 2] }, { ids: [3] }, { ids: [] })).toEqual({
      result: items(1, 2, 3),
      offsets: ['0', '2', '3'],
    })
  })

  it('goes on by the count of a page before, where one says none', async () => {
    const { result, offsets } = await read({ ids: [1], total: 3 }, { ids: [2] }, { ids: [3], total: 3 })
    expect([result, offsets]).toEqual([items(1, 2, 3), ['0', '1', '2']])
  })

  it.each([
    [404, 'refused'],
    [400, 'refused'],
    [409, 'failed'],
    [503, 'failed'],
  ])('takes the answer %d for a look that was %s', async (status, trouble) => {
    const { result } = await read({ ids: [], status })
    expect(result).toMatchObject({ trouble, message: 'Not now', httpStatus: status })
  })

  it('reads a list again that changed while it was read', async () => {
    const { result } = await read(
      { ids: [1, 2], total: 3 },
      { ids: [2], total: 3 },
      { ids: [1, 2], total: 3 },
      { ids: [3], total: 4 },
      { ids: [9, 1, 2], total: 4 },
      { ids: [3], total: 4 },
    )
    expect(result).toEqual(items(9, 1, 2, 3))
  })

  it.each<[string, Page[], string]>([
    [
      'changes all the time',
      [1, 2, 3].flatMap(() => [
        { ids: [1], total: 2 },
        { ids: [2], total: 3 },
      ]),
      'the list changed while it was read',
    ],
    [
      'shows less than it counts',
      [1, 2, 3].flatMap(() => [
        { ids: [1], total: 2 },
        { ids: [], total: 2 },
      ]),
      'the list says that it holds 2 items and shows 1',
    ],
    ['holds what cannot be read', [{ ids: [1, null], total: 2 }], '1 items of a list cannot be read'],
    [
      'never ends',
      Array.from({ length: 40 }, (_, id) => ({ ids: [id + 1] })),
      'a list fills more than 40 pages',
    ],
  ])('does not go by a list that %s', async (_, pages, message) => {
    expect((await read(...pages)).result).toEqual({ trouble: 'failed', message })
  })
})
