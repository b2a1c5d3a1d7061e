import type { ServerResponse } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { faultNames } from '../../lib/local/sandbox/faults.js'
import { aRecord } from '../functions/a-deployment.js'
import { endAll } from '../support/endings.js'
import { answerJson, startHttpServer } from '../support/http-server.js'
import { runNode } from '../support/run-command.js'
import { expectNoSentinel, sentinelToken } from '../support/sentinel.js'
import { type HostileWorld, startHostileWorld } from './a-hostile-world.js'

// The token of a store goes to the payments API and nowhere else: one token through every failure that the sandbox knows and
// every place in which an API may say it back, and a search of all that is to be seen afterwards.

let world: HostileWorld

beforeAll(async () => {
  world = await startHostileWorld()
})
afterAll(endAll)

const request = (paymentId: number, operationCode = 0) =>
  JSON.stringify({ requestId: `r-${paymentId}`, paymentId, operationCode })
const apply = (paymentId: number, operationCode?: number) =>
  aRecord(`m-${paymentId}`, request(paymentId, operationCode))

async function expectNothingSeen(): Promise<Awaited<ReturnType<HostileWorld['seen']>>> {
  const seen = await world.seen()
  expectNoSentinel(seen)
  return seen
}

/** What an operator would run next. */
async function runCommands(paymentId: number): Promise<void> {
  const commands = [
    ['dlq', 'list'],
    ['dlq', 'list', '--json'],
    ['status', `r-${paymentId}`, '--store', 'luma7x2'],
    ['history', String(paymentId), '--store', 'luma7x2', '--json'],
    ['secrets', 'check', '--all'],
    ['quota'],
  ]
  const ended = await Promise.all(
    commands.map(argv => runNode(['dist/cli/payops.mjs', ...argv], world.commandEnv)),
  )
  for (const one of ended) {
    expect(one.code).not.toBe(2)
    expectNoSentinel(one)
  }
}

describe('the token of a store', () => {
  it('is in nothing that is to be seen after any fault of the API', async () => {
    // Each once on a write, and for good on another payment: looks and repeats meet it as well. A container of its own for
    // each, since one learns from what it meets; a slow answer is a lost one to the client, which waits for it in vain.
    const faults = faultNames.filter(fault => fault !== 'slow')
    await inEights([...faults.entries()], async ([index, fault]) => {
      const [once, always] = [120 + 10 * index, 121 + 10 * index]
      world.sandbox.misbehave({ fault, paymentId: once })
      if (!fault.startsWith('throttled')) world.sandbox.misbehave({ fault, paymentId: always, times: 100 })
      const container = await world.start('performOperations')
      const Records = [apply(once), apply(always)]
      expect(await container.invoke({ Records }, 30_000)).toMatchObject({ kind: 'response' })
      await container.stop()
    })
    const met = new Set(world.sandbox.calls().map(({ fault }) => fault))
    expect(faults.filter(fault => !met.has(fault))).toEqual([])
    const { lines, items } = await expectNothingSeen()
    expect(items.length).toBeGreaterThan(faults.length)
    expect(lines.length).toBeGreaterThan(faults.length)
    await runCommands(120)
  })

  it('is in nothing that is to be seen where the API says it back', async () => {
    const statuses = [200, 302, 400, 404, 422, 429, 500, 401]
    const { url, received } = await startHttpServer((response, { url: path }) => {
      const index = Number(/\/payments\/(\d+)/.exec(path)?.[1] ?? 0) - 200
      sayItBack(response, statuses[Math.floor(index / ways)] ?? 500, index % ways)
    })
    await inEights([...statuses.keys()], async index => {
      const container = await world.start('performOperations', { B2B_API_BASE_URL: url })
      const Records = Array.from({ length: ways }, (_, way) => apply(200 + index * ways + way))
      expect(await container.invoke({ Records }, 30_000)).toMatchObject({ kind: 'response' })
      await container.stop()
    })
    expect(received.length).toBeGreaterThan(statuses.length)
    const reconciling = await world.start('reconcilePayments', {
      B2B_API_BASE_URL: `${url}/payments/${200 + 4 * ways}`,
    })
    expect(await reconciling.invoke({}, 60_000)).toMatchObject({ kind: 'response' })
    const { letters, events } = await expectNothingSeen()
    expect(letters.length).toBeGreaterThan(0)
    expect(events.length).toBeGreaterThan(0)
    world.commandEnv['B2B_API_BASE_URL'] = url
    await runCommands(200 + statuses.indexOf(422) * ways)
  })

  it.each([
    ['in no JSON', sentinelToken],
    ['in JSON that is cut', `{"storeHash":"luma7x2","accessToken":"${sentinelToken}`],
    ['as the whole text', JSON.stringify(sentinelToken)],
    ['as the name of a field', JSON.stringify({ storeHash: 'luma7x2', [sentinelToken]: 1 })],
    [
      'with a character that no header takes',
      JSON.stringify({ storeHash: 'luma7x2', accessToken: `${sentinelToken}\n` }),
    ],
    ['as the name of the store', JSON.stringify({ storeHash: sentinelToken, accessToken: sentinelToken })],
    ['in a list', JSON.stringify([{ storeHash: 'luma7x2', accessToken: sentinelToken }])],
  ])('is in nothing that is to be seen where its secret holds it %s', async (_, text) => {
    world.emulators.secrets.put('payops/luma7x2', text)
    const before = world.sandbox.calls().length
    const container = await world.start('performOperations')
    expect(await container.invoke({ Records: [apply(101)] }, 30_000)).toMatchObject({
      result: { batchItemFailures: [{ itemIdentifier: 'm-101' }] },
    })
    expect(world.sandbox.calls()).toHaveLength(before)
    await expectNothingSeen()
    expectNoSentinel(await runNode(['dist/cli/payops.mjs', 'secrets', 'check', '--all'], world.commandEnv))
  })
})

/** A process each, which waits more than it works; all of them at once would wait for each other. */
async function inEights<T>(things: T[], work: (thing: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < things.length; at += 8) await Promise.all(things.slice(at, at + 8).map(work))
}

const ways = 4

/** The token in each place of an answer that anybody reads, as JSON may spell it, and in a page of a gateway's. */
function sayItBack(response: ServerResponse, status: number, way: number): void {
  const token = sentinelToken
  const headers = { 'x-request-id': token, 'trace-id': token }
  const bodies = [
    { code: status, data: { errMsg: `the token ${token} is wrong` }, meta: { message: token } },
    {
      code: status,
      data: { [token]: [token, token], paymentId: token, id: token },
      meta: { message: token },
    },
    { code: status, data: [token], meta: { message: `${'x'.repeat(1_010)}${token}` } },
  ]
  const body = bodies[way]
  const location = `http://127.0.0.1:1/${encodeURIComponent(token)}`
  if (body !== undefined) {
    answerJson(response, status, body, { ...headers, location })
    return
  }
  response.writeHead(status, { 'content-type': 'text/html', ...headers })
  response.end(`<html><body>${token}</body></html>`)
}
