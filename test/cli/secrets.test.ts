import { spawn } from 'node:child_process'
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import type { SecretFinding } from '../../lib/engine/check-secret.js'
import { credentials, region } from '../support/embedded.js'
import { atTheEnd, endAll } from '../support/endings.js'
import { describeWithTool } from '../support/find-tool.js'
import { startHttpServer } from '../support/http-server.js'
import { type PlantedDeployment, startPlantedDeployment } from '../support/planted-deployment.js'
import type { PlantedStore } from '../support/planted-store.js'
import { type Ended, runNode } from '../support/run-command.js'
import { expectNoSentinel, sentinelToken } from '../support/sentinel.js'
import { typeInTerminal } from '../support/type-in-terminal.js'

// A token goes from a person to Secrets Manager, and is seen nowhere on its way.

const payopsPath = 'dist/cli/payops.mjs'

/** A store of the API; its secret holds what it held before the token was renewed. */
const aStore = (storeHash: string): PlantedStore => ({
  seed: { storeHash, accessToken: `the-old-${storeHash}`, payments: [], invoices: [] },
  entries: [],
  letters: [],
  findings: [],
})

/** The token was renewed in the store; its secret still has the old one. */
async function aRenewedStore(): Promise<PlantedDeployment> {
  const deployment = await startPlantedDeployment([aStore('luma7x2')])
  deployment.sandbox.rotateToken('luma7x2', { accessToken: sentinelToken })
  return deployment
}

/** `payops` with a secret in its pipe. */
function pipe({ env }: PlantedDeployment, secret: string, ...argv: string[]): Promise<Ended> {
  const child = spawn('node_modules/.bin/node', [payopsPath, ...argv], {
    env: { PATH: process.env['PATH'], ...env },
  })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', text => {
    stdout += text
  })
  child.stderr.on('data', text => {
    stderr += text
  })
  child.stdin.end(secret)
  return new Promise(done => {
    child.on('close', code => {
      expectNoSentinel(stdout, stderr)
      done({ code, stdout, stderr })
    })
  })
}

function secretsOf({ stack }: PlantedDeployment) {
  const endpoint = stack.env['AWS_ENDPOINT_URL_SECRETS_MANAGER'] ?? ''
  const client = new SecretsManagerClient({ region, credentials, endpoint })
  atTheEnd(() => client.destroy())
  return async (storeHash: string): Promise<unknown> => {
    const secret = await client.send(new GetSecretValueCommand({ SecretId: `payops/${storeHash}` }))
    return JSON.parse(secret.SecretString ?? '')
  }
}

beforeAll(async () => {
  const built = await runNode(['scripts/build.mjs', '--quiet'])
  if (built.code !== 0) throw new Error(built.stderr)
})

afterEach(endAll)

describe('payops secrets set', () => {
  it('stores a token from a pipe once the API has taken it, and keeps the webhook secret', async () => {
    const deployment = await aRenewedStore()
    const read = secretsOf(deployment)
    const hook = await pipe(deployment, 'whsec_dGVzdA==\n', 'secrets', 'set', 'luma7x2', '--webhook-secret')
    expect(hook).toMatchObject({ code: 0, stderr: '' })
    const set = await pipe(deployment, `${sentinelToken}\n`, 'secrets', 'set', 'luma7x2')
    expect(set.stdout).toMatch(
      /^Stored accessToken as a new version of the secret payops\/luma7x2\. It works/,
    )
    expect(set).toMatchObject({ code: 0, stderr: '' })
    expect(await read('luma7x2')).toEqual({
      storeHash: 'luma7x2',
      accessToken: sentinelToken,
      webhookSecret: 'whsec_dGVzdA==',
    })
  })

  it('stores nothing that the API refuses, unless it is told not to ask', async () => {
    const deployment = await startPlantedDeployment([aStore('luma7x2')])
    const read = secretsOf(deployment)
    const refused = await pipe(deployment, sentinelToken, 'secrets', 'set', 'luma7x2')
    expect(refused).toMatchObject({ code: 1, stdout: '' })
    expect(refused.stderr).toMatch(/^payops: CREDENTIALS_REJECTED: nothing was stored/)
    expect(await read('luma7x2')).toMatchObject({ accessToken: 'the-old-luma7x2' })
    const created = await pipe(deployment, sentinelToken, 'secrets', 'set', 'new1', '--no-check')
    expect(created).toMatchObject({ code: 0, stdout: 'Created the secret payops/new1. It was not tried.\n' })
    expect(await read('new1')).toEqual({ storeHash: 'new1', accessToken: sentinelToken })
  })

  it('says why the API refused it, in 80 columns and without what could steer a terminal', async () => {
    const deployment = await startPlantedDeployment([aStore('luma7x2')])
    const errMsg = `\u001b[2J\u009b31m${'go away '.repeat(12)}`
    const api = await startHttpServer(response =>
      response.writeHead(401).end(JSON.stringify({ code: 401, data: { errMsg } })),
    )
    const env = { ...deployment.env, B2B_API_BASE_URL: api.url }
    const { code, stderr } = await pipe({ ...deployment, env }, sentinelToken, 'secrets', 'set', 'luma7x2')
    expect(code).toBe(1)
    expect(stderr).toContain('go away')
    expect(stderr.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
    expect(stderr.split('\n').filter(line => line.length > 80)).toEqual([])
  })

  it('ends with nothing stored when the pipe is empty', async () => {
    const empty = await pipe(await aRenewedStore(), '', 'secrets', 'set', 'luma7x2')
    expect(empty).toMatchObject({ code: 2, stdout: '' })
  })

  it.each([
    ['an argument', [sentinelToken]],
    ['an option with a value', [`--token=${sentinelToken}`]],
    ['an option and an argument', ['--token', sentinelToken]],
    ['a value of --auth-token', [`--auth-token=${sentinelToken}`]],
    ['an option by itself', [`--${sentinelToken}`]],
    ['an option with a quotation mark in it', [`--a'${sentinelToken}'b`]],
    ['something behind a double dash', ['--', sentinelToken]],
  ])('refuses a token as %s without repeating it', async (_, argv) => {
    const ended = await runNode([payopsPath, 'secrets', 'set', 'luma7x2', ...argv])
    expectNoSentinel(ended)
    expect(ended.stderr).toContain('npx payops secrets set --help')
    expect(ended).toMatchObject({ code: 2, stdout: '' })
  })

  it('refuses a token in the place of the store without repeating it', async () => {
    const ended = await runNode([payopsPath, 'secrets', 'set', sentinelToken])
    expectNoSentinel(ended)
    expect(ended).toMatchObject({ code: 2, stdout: '' })
  })
})

describeWithTool('python3')('payops secrets set in a terminal', () => {
  it('asks for the token in a terminal and shows nothing of it', async () => {
    const deployment = await aRenewedStore()
    const { code, shown } = await typeInTerminal(
      [payopsPath, 'secrets', 'set', 'luma7x2'],
      { awaited: 'The accessToken of luma7x2', typed: sentinelToken },
      deployment.env,
    )
    expectNoSentinel(shown)
    expect(shown).toContain('Stored accessToken')
    expect(code).toBe(0)
    expect(await secretsOf(deployment)('luma7x2')).toMatchObject({ accessToken: sentinelToken })
  })

  it('ends without a trace when the question is not answered', async () => {
    const deployment = await aRenewedStore()
    const { code, shown } = await typeInTerminal(
      [payopsPath, 'secrets', 'set', 'luma7x2'],
      { awaited: 'The accessToken of luma7x2', typed: '\u0003' },
      deployment.env,
    )
    expect(shown).toContain('nothing was stored')
    expect(code).toBe(2)
  })
})

describe('payops secrets check', () => {
  it('says by the codes of the contract what is wrong with each, and changes nothing', async () => {
    const deployment = await startPlantedDeployment([aStore('luma7x2'), aStore('nordic4b')])
    deployment.sandbox.rotateToken('nordic4b', { accessToken: sentinelToken })
    const before = await deployment.snapshot()
    const named = await pipe(deployment, '', 'secrets', 'check', 'luma7x2', 'gone1', 'nordic4b', '--json')
    const findings = JSON.parse(named.stdout) as SecretFinding[]
    expect(findings.map(({ storeHash, verdict, code }) => [storeHash, verdict, code])).toEqual([
      ['luma7x2', 'works', undefined],
      ['gone1', 'missing', 'CREDENTIALS_MISSING'],
      ['nordic4b', 'rejected', 'CREDENTIALS_REJECTED'],
    ])
    expect(named.code).toBe(1)
    const all = await pipe(deployment, '', 'secrets', 'check', '--all')
    expect(all.stdout).toMatch(
      /^luma7x2 {2}works; holds no webhookSecret\nnordic4b {2}rejected, CREDENTIALS_REJECTED: /,
    )
    expect(all.code).toBe(1)
    expect((await pipe(deployment, '', 'secrets', 'check', 'luma7x2')).code).toBe(0)
    expect(await deployment.snapshot()).toEqual(before)
  })
})
