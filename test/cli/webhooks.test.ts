import { spawn } from 'node:child_process'
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import got from 'got'
import { createOrderWatches } from '../../lib/adapters/dynamodb-order-watches.js'
import { systemClock, systemRandom } from '../../lib/adapters/system.js'
import { webhookScopes } from '../../lib/core/webhook/webhook-rules.js'
import { aDynamoDb } from '../support/embedded.js'
import { endAll } from '../support/endings.js'
import { type PlantedDeployment, startPlantedDeployment } from '../support/planted-deployment.js'
import type { PlantedStore } from '../support/planted-store.js'
import { type Ended, runNode } from '../support/run-command.js'
import { expectNoSentinel, sentinelToken } from '../support/sentinel.js'
import { aQuietStore } from '../support/stuck-store.js'
import { aWebhookLetter } from '../support/webhook-letters.js'

// The whole way: the built command, a store's own API as the sandbox serves it, and the secrets of the embedded stack.

const payopsPath = 'dist/cli/payops.mjs'
const webhookSecret = 'client-secret-of-luma'

const aStore = (part: Partial<PlantedStore['seed']> = {}): PlantedStore => {
  const store = aQuietStore()
  return { ...store, seed: { ...store.seed, webhookSecret, ...part } }
}
const start = (...stores: PlantedStore[]): Promise<PlantedDeployment> => startPlantedDeployment(stores)

async function payops({ env }: PlantedDeployment, ...argv: string[]): Promise<Ended> {
  const ended = await runNode([payopsPath, ...argv], env)
  expectNoSentinel(ended.stdout, ended.stderr)
  return ended
}

/** The same with a secret in its pipe. */
function pipe({ env }: PlantedDeployment, secret: string, ...argv: string[]): Promise<number | null> {
  const child = spawn('node_modules/.bin/node', [payopsPath, ...argv], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  child.stdin.end(secret)
  return new Promise(done => {
    child.on('close', done)
  })
}

/** As somebody else, or the store itself, would change it. */
const change = ({ sandbox }: PlantedDeployment, method: 'POST' | 'PUT', path: string, json: object) =>
  got(`${sandbox.storeApiUrl}/stores/luma7x2/v3/hooks${path}`, {
    method,
    json,
    headers: { 'x-auth-token': sentinelToken },
  })
const switchOff = async (deployment: PlantedDeployment): Promise<number> => {
  const [hook] = deployment.sandbox.hooks('luma7x2')
  await change(deployment, 'PUT', `/${hook?.id}`, { is_active: false })
  return hook?.id ?? 0
}

beforeAll(async () => {
  const built = await runNode(['scripts/build.mjs', '--quiet'])
  if (built.code !== 0) throw new Error(built.stderr)
})

afterEach(endAll)

describe('payops webhooks', () => {
  it('registers what is missing once, lists it, and leaves what is not ours alone', async () => {
    const deployment = await start(aStore())
    const { sandbox } = deployment
    const erp = { scope: 'store/order/*', destination: 'http://127.0.0.1:2/erp', is_active: false }
    await change(deployment, 'POST', '', erp)
    const dry = await payops(deployment, 'webhooks', 'create', 'luma7x2', '--dry-run')
    expect(dry).toMatchObject({ code: 0, stderr: '' })
    expect(dry.stdout.match(/would be put right/g)).toHaveLength(4)
    expect(sandbox.hooks('luma7x2')).toHaveLength(1)
    const created = await payops(deployment, 'webhooks', 'create', 'luma7x2')
    expect(created).toMatchObject({ code: 0, stderr: '' })
    expect(created.stdout.match(/^missing .*\(hook \d+\)\n +registered now$/gm)).toHaveLength(4)
    const again = await payops(deployment, 'webhooks', 'create', 'luma7x2', '--json')
    expect(JSON.parse(again.stdout)).toMatchObject({
      url: deployment.stack.functionUrls['receiveWebhook'],
      webhooks: webhookScopes.map(scope => ({ scope, state: 'active', done: 'nothing' })),
      others: [],
    })
    const { stdout } = await payops(deployment, 'webhooks', 'list', 'luma7x2')
    for (const scope of webhookScopes) expect(stdout).toMatch(new RegExp(`^\\d+ {2}active {2}${scope}$`, 'm'))
    expect(stdout).toContain('Webhooks of others: 1 (--all shows them).')
    const all = await payops(deployment, 'webhooks', 'list', 'luma7x2', '--all', '--json')
    expect(JSON.parse(all.stdout)).toHaveLength(5)
    expect(sandbox.hooks('luma7x2')[0]).toMatchObject(erp)
  })

  it('reports what the store has switched off, and switches it on again', async () => {
    const deployment = await start(aStore())
    await payops(deployment, 'webhooks', 'create', 'luma7x2')
    const id = await switchOff(deployment)
    const dry = await payops(deployment, 'webhooks', 'check', 'luma7x2', '--dry-run')
    expect(dry.code).toBe(1)
    expect(dry.stdout).toMatch(new RegExp(`^switched off .*\\(hook ${id}\\)$`, 'm'))
    const mended = await payops(deployment, 'webhooks', 'check', 'luma7x2')
    expect(mended).toMatchObject({ code: 0, stderr: '' })
    expect(mended.stdout).toMatch(new RegExp(`^switched off .*\\(hook ${id}\\)\n +switched on again$`, 'm'))
    expect(await payops(deployment, 'webhooks', 'check', 'luma7x2')).toMatchObject({ code: 0 })
    expect(deployment.sandbox.hooks('luma7x2').every(hook => hook.is_active)).toBe(true)
  })

  it('only reports what is missing when it checks', async () => {
    const deployment = await start(aStore())
    const checked = await payops(deployment, 'webhooks', 'check', 'luma7x2')
    expect(checked.code).toBe(1)
    expect(checked.stdout.match(/^missing /gm)).toHaveLength(4)
    expect(deployment.sandbox.hooks('luma7x2')).toEqual([])
  })

  it('gives the webhooks the header of the secret, whose value is never shown', async () => {
    const deployment = await start(aStore({ accessToken: 'the-token' }))
    await payops(deployment, 'webhooks', 'create', 'luma7x2')
    const set = ['secrets', 'set', 'luma7x2', '--webhook-header']
    expect(await pipe(deployment, `${sentinelToken}\n`, ...set)).toBe(0)
    const checked = await payops(deployment, 'webhooks', 'check', 'luma7x2')
    expect(checked.code).toBe(1)
    expect(checked.stdout.match(/^wrong header /gm)).toHaveLength(4)
    expect(await payops(deployment, 'webhooks', 'create', 'luma7x2', '--json')).toMatchObject({ code: 0 })
    for (const { headers } of deployment.sandbox.hooks('luma7x2'))
      expect(headers).toEqual({ 'x-payops-webhook': sentinelToken })
    expect(await payops(deployment, 'webhooks', 'check', 'luma7x2')).toMatchObject({ code: 0 })
    const listed = await payops(deployment, 'webhooks', 'list', 'luma7x2', '--json')
    expect(JSON.parse(listed.stdout)).toMatchObject(Array(4).fill({ hasHeader: true }))
    const { stdout } = await payops(deployment, 'secrets', 'check', 'luma7x2')
    expect(stdout).toBe('luma7x2  works; holds a webhookSecret and a webhookHeader\n')
  })

  it('sends the stores to where the functions say, where nobody says otherwise', async () => {
    const deployment = await start(aStore())
    const { WEBHOOK_URL: _, ...env } = deployment.env
    const another = { ...env, WEBHOOK_URL: 'http://127.0.0.1:1/webhooks' }
    const refused = await payops({ ...deployment, env: another }, 'webhooks', 'create', 'luma7x2')
    expect(refused).toMatchObject({ code: 2, stdout: '' })
    expect(deployment.sandbox.hooks('luma7x2')).toEqual([])
    const created = await payops({ ...deployment, env }, 'webhooks', 'create', 'luma7x2')
    expect(created).toMatchObject({ code: 0, stderr: '' })
    const url = deployment.stack.functionUrls['receiveWebhook']
    for (const hook of deployment.sandbox.hooks('luma7x2')) expect(hook.destination).toBe(url)
  })

  it('registers nothing that could not be verified', async () => {
    const { seed, ...rest } = aStore()
    const { webhookSecret: _, ...without } = seed
    const deployment = await start({ ...rest, seed: without })
    const created = await payops(deployment, 'webhooks', 'create', 'luma7x2')
    expect(created).toMatchObject({ code: 1, stdout: '' })
    expect(created.stderr.replaceAll(/\s+/g, ' ')).toContain('payops secrets set luma7x2 --webhook-secret')
    expect(await payops(deployment, 'webhooks', 'check', 'luma7x2')).toMatchObject({ code: 1 })
    expect((await payops(deployment, 'secrets', 'check', 'luma7x2')).stdout).toContain('no webhookSecret')
    expect(deployment.sandbox.hooks('luma7x2')).toEqual([])
  })

  it('tells a refused token, and a store without a secret', async () => {
    const deployment = await start(aStore())
    deployment.sandbox.rotateToken('luma7x2', { accessToken: 'another' })
    const refused = await payops(deployment, 'webhooks', 'list', 'luma7x2')
    expect(refused).toMatchObject({ code: 1, stdout: '' })
    expect(refused.stderr.replaceAll(/\s+/g, ' ')).toContain('refused the token')
    const unknown = await payops(deployment, 'webhooks', 'check', 'nobody')
    expect(unknown).toMatchObject({ code: 1 })
    expect(unknown.stderr).toContain('payops/nobody does not exist')
  })

  it.each([
    ['create', 'http://hooks.example.com/', 'https'],
    ['create', 'https://hooks.example.com:8443/', 'port 443'],
    ['check', 'nonsense', 'https'],
  ])('refuses to %s webhooks to %s', async (verb, url, why) => {
    const deployment = await start(aStore())
    const ended = await payops(deployment, 'webhooks', verb, 'luma7x2', '--url', url)
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(ended.stderr).toContain(why)
  })

  it("does not send a sandbox's token to the real API", async () => {
    const deployment = await start(aStore())
    const { STORE_API_BASE_URL: _, WEBHOOK_URL: __, ...env } = deployment.env
    const ended = await payops({ ...deployment, env }, 'webhooks', 'list', 'luma7x2', '--all')
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(ended.stderr).toContain('STORE_API_BASE_URL is missing')
  })
})

describe('payops reconcile', () => {
  it('reports a webhook that the store has switched off', async () => {
    const deployment = await start(aStore())
    await payops(deployment, 'webhooks', 'create', 'luma7x2')
    const id = await switchOff(deployment)
    // Where they are to go the functions say.
    const { WEBHOOK_URL: _, ...env } = deployment.env
    const { code, stdout } = await payops({ ...deployment, env }, 'reconcile', '--json')
    expect(code).toBe(1)
    const { findings } = JSON.parse(stdout).stores[0]
    const off = findings.filter(({ kind }: { kind: string }) => kind === 'webhookOff')
    expect(off).toMatchObject([
      {
        kind: 'webhookOff',
        storeHash: 'luma7x2',
        acted: 'reported',
        why: expect.stringContaining(`hook ${id}`),
      },
    ])
  })
})

/** As resolveWebhook leaves it behind once it has looked at the order. */
async function answer({ stack }: PlantedDeployment, orderId: string): Promise<void> {
  const dynamodb = aDynamoDb(stack.env['AWS_ENDPOINT_URL_DYNAMODB'] ?? '')
  const clock = systemClock
  const watches = createOrderWatches({ clock, random: systemRandom, dynamodb }, stack.tableName)
  const watch = await watches.read('luma7x2', orderId, 2)
  const known = [{ hash: `hash-of-${orderId}`, createdAt: Math.floor(clock.now() / 1000) }]
  await watches.save({ ...watch, known })
}

describe('payops dlq', () => {
  it('says of a webhook whose order was looked at since that it is done', async () => {
    const letters = [aWebhookLetter('250', 'RETRIES_EXHAUSTED', 'luma7x2')]
    const deployment = await start({ ...aStore(), letters })
    await answer(deployment, '250')
    const { stdout } = await payops(deployment, 'dlq', 'list', '--json')
    expect(JSON.parse(stdout)).toMatchObject([{ orderId: '250', meaning: 'done' }])
  })

  it('explains a webhook, refuses to edit it, and redrives it to its own queue', async () => {
    const letters = ['RETRIES_EXHAUSTED', 'REJECTED_BY_API'].map((code, at) =>
      aWebhookLetter(`25${at}`, code, 'luma7x2'),
    )
    const deployment = await start({ ...aStore(), letters })
    const listed = await payops(deployment, 'dlq', 'list')
    expect(listed.stdout).toContain('luma7x2, order 250, webhook store/order/statusUpdated')
    expect(listed.stdout.replaceAll(/\s+/g, ' ')).toContain(
      'not executed: the payments of order 250 were not pulled: why it is RETRIES_EXHAUSTED',
    )
    const json = await payops(
      deployment,
      'dlq',
      'list',
      '--reason',
      'REJECTED_BY_API',
      '--store',
      'luma7x2',
      '--json',
    )
    const [view] = JSON.parse(json.stdout)
    expect(view).toMatchObject({ envelope: 'webhook', orderId: '251', meaning: 'rejected' })
    const edit = [
      'dlq',
      'edit',
      view.messageId,
      '--body',
      '{"paymentId":1}',
      '--by',
      'Ann',
      '--reason',
      'a test',
    ]
    const edited = await payops(deployment, ...edit)
    expect(edited.code).toBe(1)
    expect(edited.stderr).toContain("it is a store's webhook")
    const redriven = await payops(deployment, 'dlq', 'redrive', '--reason', 'RETRIES_EXHAUSTED', '--json')
    expect(JSON.parse(redriven.stdout)).toMatchObject([
      { verdict: 'redriven', orderId: '250', groupId: 'luma7x2:order:250' },
    ])
    expect(deployment.stack.queueDepth('OperationsDeadLetterQueue')).toMatchObject({ ready: 1 })
    const dry = await payops(deployment, 'dlq', 'redrive', '--reason', 'REJECTED_BY_API', '--dry-run')
    expect(dry.stdout).toContain('would be redriven\n  luma7x2, webhook of order 251\n')
  })
})
