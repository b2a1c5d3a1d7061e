import { describe, expect, it } from '@jest/globals'
import type { Hook } from '../../../lib/core/webhook/hook.js'
import { isSameUrl, judgeHooks } from '../../../lib/core/webhook/judge-hooks.js'

const url = 'https://hooks.example.com/'
const scope = 'store/order/refund/created'
const aHook = (part: Partial<Hook> = {}): Hook => ({
  id: 1,
  scope,
  destination: url,
  isActive: true,
  header: 'absent',
  ...part,
})
const judge = (hooks: Hook[], header?: string) =>
  judgeHooks(hooks, { url, scopes: [scope], ...(header !== undefined && { headerValue: () => header }) })

describe('judgeHooks', () => {
  it.each<[string, Hook[], string | undefined, object]>([
    ['active', [aHook()], undefined, { state: 'active', hookId: 1 }],
    ['missing', [], undefined, { state: 'missing' }],
    [
      'missing where only another goes there',
      [aHook({ destination: 'https://b.example/' })],
      undefined,
      { state: 'missing' },
    ],
    [
      'missing where only another event comes',
      [aHook({ scope: 'store/order/*' })],
      undefined,
      { state: 'missing' },
    ],
    ['off', [aHook({ isActive: false })], undefined, { state: 'off', hookId: 1 }],
    ['without the header', [aHook()], 'h', { state: 'wrongHeader', hookId: 1 }],
    ['with another header', [aHook({ header: () => 'x' })], 'h', { state: 'wrongHeader', hookId: 1 }],
    ['active with the header', [aHook({ header: () => 'h' })], 'h', { state: 'active', hookId: 1 }],
    [
      'active where the store shows no headers',
      [aHook({ header: 'notShown' })],
      'h',
      { state: 'active', hookId: 1 },
    ],
    [
      'active with a header that nobody asks for',
      [aHook({ header: () => 'x' })],
      undefined,
      { state: 'active', hookId: 1 },
    ],
    [
      'active if one of several is',
      [aHook({ isActive: false }), aHook({ id: 2 }), aHook({ id: 3 })],
      undefined,
      { state: 'active', hookId: 2 },
    ],
  ])('calls a scope %s', (_, hooks, header, judged) => {
    expect(judge(hooks, header).scopes).toEqual([{ scope, ...judged }])
  })

  it('names those of ours that are not needed, and none of others', () => {
    const hooks = [
      aHook(),
      aHook({ id: 2 }),
      aHook({ id: 3, scope: 'store/cart/*' }),
      aHook({ id: 4, destination: 'https://b.example' }),
    ]
    const { ours, others } = judge(hooks)
    expect(ours.map(({ id }) => id)).toEqual([1, 2, 3])
    expect(others.map(({ id }) => id)).toEqual([2, 3])
  })
})

describe('isSameUrl', () => {
  it.each([
    ['https://a.example', 'https://a.example:443/', true],
    ['https://A.example/x', 'https://a.example/x', true],
    ['https://a.example/x', 'https://a.example/x/', false],
    ['https://a.example/', 'https://b.example/', false],
    ['nonsense', 'nonsense', false],
  ])('compares %s and %s', (a, b, same) => {
    expect(isSameUrl(a, b)).toBe(same)
  })
})
