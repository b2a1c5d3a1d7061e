import { beforeEach, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { asEpochMs } from '../../../lib/core/time.js'
import { webhookScopes } from '../../../lib/core/webhook/webhook-rules.js'
import type { CredentialsResult } from '../../../lib/engine/ports.js'
import { openHooks } from '../../../lib/engine/webhook/ask-hooks.js'
import { listHooks } from '../../../lib/engine/webhook/list-hooks.js'
import { type Mended, type MendWish, mendHooks } from '../../../lib/engine/webhook/mend-hooks.js'
import { accessFor } from '../../support/fake-store.js'
import { type HookTrouble, MemoryHooks, ourUrl } from '../../support/memory-hooks.js'
import { VirtualClock } from '../../support/virtual-clock.js'

// Goal: a store ends with each webhook that is wanted once, switched on and with its header, whatever the network does meanwhile.

const header = () => 'shared'
let hooks: MemoryHooks
let clock: VirtualClock
/** What Secrets Manager holds from the first read on, and after a refusal. */
let versions: string[]

const found = (version: string): CredentialsResult => ({
  usable: true,
  access: accessFor('abc', `token-${version}`),
  version,
  webhooks: { headerValue: header },
})
const deps = () => ({
  clock,
  storeHooks: hooks,
  delayScale: 1,
  credentials: {
    get: async () => found(versions[0] ?? ''),
    refresh: async () => found(versions.at(-1) ?? ''),
  },
})
const open = async () => {
  const opened = await openHooks(deps(), 'abc', asEpochMs(clock.now() + 60_000))
  if (!opened.open) throw new Error(opened.why)
  return opened.store
}
const all = ['missing', 'off', 'wrongHeader'] as const
const mend = async (wish: Partial<MendWish> = {}): Promise<Mended & { listed: true }> => {
  const whole = { url: ourUrl, scopes: webhookScopes, mends: all, dryRun: false, ...wish }
  const mended = await clock.run(mendHooks(deps(), await open(), whole))
  if (!mended.listed) throw new Error(mended.why)
  return mended
}
const doneOf = (mended: Mended & { listed: true }): string[] => mended.scopes.map(({ done }) => done)
const isWhole = (): boolean =>
  webhookScopes.every(scope => {
    const [hook, ...more] = hooks.find(scope)
    return (
      hook?.isActive === true && hook.header !== 'absent' && hook.header !== 'notShown' && more.length === 0
    )
  })

beforeEach(() => {
  hooks = new MemoryHooks()
  clock = new VirtualClock(0)
  versions = ['v1']
})

describe('mendHooks', () => {
  it('registers what is missing with its header, switches on what is off, and sets a header that lacks', async () => {
    hooks.add(webhookScopes[0], { isActive: false })
    hooks.add(webhookScopes[1])
    expect(doneOf(await mend())).toEqual(['reactivated', 'headerSet', 'created', 'created'])
    expect(isWhole()).toBe(true)
  })

  it('changes nothing when it is run again', async () => {
    await mend()
    hooks.calls.length = 0
    expect(doneOf(await mend())).toEqual(['nothing', 'nothing', 'nothing', 'nothing'])
    expect(hooks.calls).toEqual(['list', 'list'])
  })

  it('leaves the webhooks of others alone, off or on', async () => {
    const theirs = hooks.add(webhookScopes[0], { destination: 'https://erp.example/', isActive: false })
    await mend()
    expect(theirs).toMatchObject({ isActive: false, header: 'absent' })
    expect(hooks.find(webhookScopes[0])).toHaveLength(2)
  })

  it('calls none registered that the store holds switched off', async () => {
    hooks.createsActive = false
    expect(doneOf(await mend())).toEqual(['created', 'created', 'created', 'created'])
    expect(isWhole()).toBe(true)
    hooks.hooks.length = 0
    hooks.switchesOn = false
    const { scopes } = await mend()
    for (const [at, scope] of scopes.entries())
      expect(scope).toMatchObject({ done: 'failed', hookId: at + 1, why: expect.stringContaining('off') })
  })

  it('registers once where the answer was lost, before or after it took effect', async () => {
    hooks.troubles = ['none', 'lostAfter', 'none', 'lostBefore']
    const mended = await mend({ scopes: webhookScopes.slice(0, 2) })
    expect(doneOf(mended)).toEqual(['created', 'created'])
    expect(hooks.hooks.map(({ scope }) => scope)).toEqual(webhookScopes.slice(0, 2))
  })

  it('gives a registration whose answer was lost a moment to show before it believes the list', async () => {
    hooks.troubles = ['none', 'lostBefore']
    const startedAt = clock.now()
    expect(doneOf(await mend({ scopes: webhookScopes.slice(0, 1) }))).toEqual(['created'])
    expect(clock.now() - startedAt).toBe(5_000)
  })

  it('sends no second registration while it cannot read the list', async () => {
    hooks.troubles = ['none', 'lostAfter', ...Array(3).fill('lostBefore')]
    const [first] = (await mend({ scopes: webhookScopes.slice(0, 1) })).scopes
    expect(first).toMatchObject({ done: 'failed', why: expect.stringContaining('not known whether') })
    expect(hooks.calls.filter(call => call.startsWith('create'))).toHaveLength(1)
  })

  it('waits while it is throttled, and says so where that lasts', async () => {
    hooks.troubles = ['throttled', 'none', 'throttled']
    await mend()
    expect(isWhole()).toBe(true)
    hooks.hooks.length = 0
    hooks.troubles = ['none', ...Array(200).fill('throttled')]
    const [first] = (await mend()).scopes
    expect(first).toMatchObject({ done: 'failed', why: expect.stringContaining('over its quota') })
  })

  it('reads a rotated token afresh, once', async () => {
    versions = ['v1', 'v2']
    hooks.troubles = ['credentials']
    await mend()
    expect(isWhole()).toBe(true)
    versions = ['v1']
    hooks.troubles = ['credentials']
    await expect(mend()).rejects.toThrow('refused the token')
  })

  it('tells what the API refuses, and goes on with the others', async () => {
    hooks.troubles = ['none', 'rejected', 'none']
    expect(doneOf(await mend())).toEqual(['failed', 'created', 'created', 'created'])
  })

  it('only says what it would do in a dry run', async () => {
    hooks.add(webhookScopes[0], { isActive: false })
    expect(doneOf(await mend({ dryRun: true }))).toEqual(['wouldMend', 'wouldMend', 'wouldMend', 'wouldMend'])
    expect(hooks.calls.every(call => call === 'list')).toBe(true)
  })

  it('never registers a webhook twice, whatever goes wrong, and is whole after the next run', async () => {
    const trouble = fc.constantFrom<HookTrouble>('none', 'lostBefore', 'lostAfter', 'throttled', 'rejected')
    const state = fc.constantFrom('missing', 'off', 'bare', 'whole')
    const states = fc.tuple(state, state, state, state)
    await fc.assert(
      fc.asyncProperty(fc.array(trouble, { maxLength: 14 }), states, async (troubles, before) => {
        hooks = new MemoryHooks()
        hooks.add(webhookScopes[0], { destination: 'https://erp.example/', isActive: false })
        for (const [at, scope] of webhookScopes.entries())
          if (before[at] !== 'missing')
            hooks.add(scope, {
              isActive: before[at] !== 'off',
              header: before[at] === 'whole' ? header : 'absent',
            })
        hooks.troubles = [...troubles]
        const wish = { url: ourUrl, scopes: webhookScopes, mends: all, dryRun: false }
        await clock.run(mendHooks(deps(), await open(), wish))
        hooks.troubles = []
        await mend()
        const [erp] = hooks.hooks.splice(0, 1)
        expect(erp).toMatchObject({ isActive: false, header: 'absent' })
        expect(isWhole()).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  it('leaves what it is not asked to mend as it is', async () => {
    hooks.add(webhookScopes[0], { isActive: false, header })
    hooks.add(webhookScopes[1])
    expect(doneOf(await mend({ mends: ['off'] }))).toEqual(['reactivated', 'left', 'left', 'left'])
    expect(hooks.hooks).toHaveLength(2)
  })
})

describe('listHooks', () => {
  it('reads every page, and again what was not answered', async () => {
    hooks.addAll()
    hooks.troubles = ['lostBefore', 'none', 'lostBefore']
    const listed = await clock.run(listHooks(deps(), await open()))
    expect(listed).toMatchObject({ listed: true, hooks: hooks.hooks })
  })

  it('believes no list that does not end', async () => {
    hooks.addAll()
    const endless = {
      list: async () => ({ meaning: 'success' as const, content: { hooks: [], isLast: false } }),
    }
    const listed = await listHooks({ ...deps(), storeHooks: { ...hooks, ...endless } }, await open())
    expect(listed).toMatchObject({ listed: false, why: expect.stringContaining('does not end') })
  })
})

describe('openHooks', () => {
  it.each<[string, CredentialsResult, object]>([
    ['no secret', { usable: false, message: 'the secret payops/abc does not exist' }, { open: false }],
    [
      'an old token, which the store API does not take',
      {
        usable: true,
        access: { ...accessFor('abc', 't'), scheme: 'authToken' },
        version: 'v1',
        webhooks: {},
      },
      { open: false, why: expect.stringContaining('access token') },
    ],
    [
      'no webhook secret',
      { usable: true, access: accessFor('abc', 't'), version: 'v1' },
      { open: true, store: { receives: false } },
    ],
  ])('knows a store with %s', async (_, credentials, opened) => {
    const asked = { credentials: { ...deps().credentials, get: async () => credentials } }
    expect(await openHooks(asked, 'abc', asEpochMs(0))).toMatchObject(opened)
  })
})
