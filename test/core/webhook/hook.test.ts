import { describe, expect, it } from '@jest/globals'
import { readHook, readHookPage } from '../../../lib/core/webhook/hook.js'
import { expectNoSentinel, sentinelToken } from '../../support/sentinel.js'

const json = {
  id: 12,
  scope: 'store/order/statusUpdated',
  destination: 'https://a.example/',
  is_active: true,
}

describe('readHook', () => {
  it('reads what a store has registered, and keeps the value of the header out of all that is printed', () => {
    const hook = readHook({ ...json, headers: { 'X-Payops-Webhook': sentinelToken, other: 'x' } })
    expect(hook).toMatchObject({ id: 12, scope: json.scope, destination: json.destination, isActive: true })
    expect(typeof hook?.header === 'function' && hook.header()).toBe(sentinelToken)
    expectNoSentinel(hook)
  })

  it.each([
    ['no header is registered', { headers: null }, 'absent'],
    ['another one is', { headers: { other: 'x' } }, 'absent'],
    ['headers are not shown', {}, 'notShown'],
  ])('tells that %s', (_, part, header) => {
    expect(readHook({ ...json, ...part })?.header).toBe(header)
  })

  it.each([
    ['no object', 'hook'],
    ['no id', { ...json, id: undefined }],
    ['no scope', { ...json, scope: 7 }],
    ['no destination', { ...json, destination: null }],
  ])('passes over what has %s', (_, value) => {
    expect(readHook(value)).toBeUndefined()
  })

  it('takes a webhook of which the store does not say that it is active for one that is off', () => {
    expect(readHook({ ...json, is_active: undefined })?.isActive).toBe(false)
  })
})

describe('readHookPage', () => {
  const page = (pagination: unknown, hooks: unknown[] = [json]) =>
    readHookPage({ data: hooks, meta: { pagination } })

  it.each([
    ['the page that the store calls the last', { current_page: 2, total_pages: 2 }, [json], true],
    ['a page before it', { current_page: 1, total_pages: 2 }, [json], false],
    ['an empty page, whatever the store says', { current_page: 1, total_pages: 9 }, [], true],
    ['a page of which the store says nothing', undefined, [json], false],
  ])('knows %s', (_, pagination, hooks, isLast) => {
    expect(page(pagination, hooks)?.isLast).toBe(isLast)
  })

  it('passes over what is no hook, and refuses what is no page', () => {
    expect(page(undefined, [json, null, {}])?.hooks).toHaveLength(1)
    for (const wrong of [null, [], { data: {} }, 'x']) expect(readHookPage(wrong)).toBeUndefined()
  })
})
