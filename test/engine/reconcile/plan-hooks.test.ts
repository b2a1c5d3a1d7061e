import { beforeEach, describe, expect, it } from '@jest/globals'
import { Unavailable } from '../../../lib/core/errors.js'
import { parseWebhookRules, webhookScopes } from '../../../lib/core/webhook/webhook-rules.js'
import type { ReconcileDeps } from '../../../lib/engine/reconcile/deps.js'
import { ourUrl } from '../../support/memory-hooks.js'
import { SweepWorld } from '../../support/sweep-world.js'
import { aWebhookLetter } from '../../support/webhook-letters.js'

// Goal: a pass says which of our webhooks do not come any more, and says nothing where it does not know.

const header = () => 'shared'
let world: SweepWorld

/** The store's secret can verify webhooks, and a URL is known. */
const depsWith = (part: Partial<ReconcileDeps['webhooks']> = {}): ReconcileDeps => {
  const { credentials } = world.deps
  return {
    ...world.deps,
    webhooks: { url: ourUrl, rules: parseWebhookRules(undefined, undefined), ...part },
    credentials: {
      ...credentials,
      get: async storeHash => {
        const found = await credentials.get(storeHash)
        return found.usable ? { ...found, webhooks: { headerValue: header } } : found
      },
    },
  }
}
const pass = async (deps = depsWith(), options = {}) => {
  const { stores } = await world.pass(options, deps)
  return stores.flatMap(({ findings }) => findings)
}

beforeEach(() => {
  world = new SweepWorld()
})

describe('planHooks', () => {
  it('finds what the store has switched off, what is missing, and what the door would refuse', async () => {
    const [first, second, third] = webhookScopes
    world.hooks.add(first, { isActive: false })
    world.hooks.add(second, { header: () => 'another' })
    world.hooks.add(third, { header })
    const found = await pass()
    expect(found).toMatchObject([
      { kind: 'webhookOff', storeHash: 'abc', acted: 'reported', why: `${first} (hook 1) is switched off` },
      { why: `${second} (hook 2) lacks the header of the store's secret, so each is refused` },
      { why: `${webhookScopes[3]} is not registered` },
    ])
    for (const finding of found) expect(finding).not.toHaveProperty('paymentId')
    expect(world.world.metered.get('WebhooksOff')).toEqual([3])
  })

  it('tells the same in a dry run, and changes nothing', async () => {
    world.hooks.add(webhookScopes[0], { isActive: false, header })
    const before = [world.snapshot(), JSON.stringify(world.hooks.hooks)]
    expect(await pass(depsWith(), { dryRun: true })).toHaveLength(4)
    expect([world.snapshot(), JSON.stringify(world.hooks.hooks)]).toEqual(before)
  })

  it('asks once a pass, however many doubts and payments there are', async () => {
    world.hooks.addAll({ header })
    for (let id = 1; id <= 600; id += 1) world.store.add(id)
    for (let id = 1; id <= 25; id += 1)
      world.doubt({
        requestId: `d-${id}`,
        storeHash: 'abc',
        type: 'performOperation',
        paymentId: id,
        operationCode: 3,
      })
    expect((await pass()).filter(({ kind }) => kind === 'webhookOff')).toEqual([])
    expect(world.hooks.calls).toEqual(['list', 'list'])
    expect(world.world.metered.get('WebhooksOff')).toBeUndefined()
  })

  it.each<[string, () => ReconcileDeps]>([
    ['no URL is configured', () => ({ ...depsWith(), webhooks: { rules: depsWith().webhooks.rules } })],
    ['they are switched off for the store', () => depsWith({ rules: parseWebhookRules(undefined, 'abc') })],
    ['its secret cannot verify them', () => ({ ...depsWith(), credentials: world.deps.credentials })],
  ])('asks nothing where %s', async (_, deps) => {
    world.hooks.add(webhookScopes[0], { isActive: false })
    expect(await pass(deps())).toEqual([])
    expect(world.hooks.calls).toEqual([])
  })

  it('finds nothing at a store that has never had one of ours', async () => {
    world.hooks.add(webhookScopes[0], { destination: 'https://erp.example/', isActive: false })
    expect(await pass()).toEqual([])
  })

  it('wants no webhook of a scope that leads to nothing', async () => {
    world.hooks.add(webhookScopes[0], { header })
    const rules = Object.fromEntries(webhookScopes.slice(1).map(scope => [scope, 'off']))
    expect(await pass(depsWith({ rules: parseWebhookRules(JSON.stringify(rules), undefined) }))).toEqual([])
  })

  it("takes a store's API that does not answer for no finding, and finishes the sweep", async () => {
    world.hooks.add(webhookScopes[0], { isActive: false })
    world.hooks.troubles = Array(9).fill('lostBefore')
    const { stores } = await world.pass({}, depsWith())
    expect(stores).toMatchObject([{ complete: true, reached: true, findings: [] }])
    expect(world.world.logged.some(({ message }) => message.includes('could not be looked at'))).toBe(true)
  })

  it("finishes the sweep within a minute though the store's API is over its quota for good", async () => {
    world.hooks.add(webhookScopes[0], { isActive: false })
    world.hooks.troubles = Array(5_000).fill('throttled')
    const startedAt = world.world.clock.now()
    const { stores } = await world.pass({}, depsWith())
    expect(stores).toMatchObject([{ complete: true, findings: [] }])
    expect(world.world.clock.now() - startedAt).toBeLessThan(60_000)
  })

  it('finishes the sweep though Secrets Manager is out by then', async () => {
    const deps = depsWith()
    const { credentials } = deps
    let reads = 0
    const get = async (storeHash: string) => {
      reads += 1
      if (reads > 1) throw new Unavailable('Secrets Manager did not answer')
      return credentials.get(storeHash)
    }
    const { stores } = await world.pass({}, { ...deps, credentials: { ...credentials, get } })
    expect(stores).toMatchObject([{ complete: true, findings: [] }])
  })
})

describe('reconcile', () => {
  it('takes no webhook in the dead-letter queue for a request that was never attempted', async () => {
    for (const code of [undefined, 'RETRIES_EXHAUSTED']) {
      const { body, groupId, attributes } = aWebhookLetter('250', code)
      world.letters.push({ messageId: `m-${code}`, body, groupId, attributes, sentAt: world.ago(0) })
    }
    expect(await pass(world.deps)).toEqual([])
  })
})
