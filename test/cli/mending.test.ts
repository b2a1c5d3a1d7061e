import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { systemClock } from '../../lib/adapters/system.js'
import type { ActView } from '../../lib/cli/operate/act-view.js'
import type { EntryView } from '../../lib/cli/operate/entry-view.js'
import type { SubmissionView } from '../../lib/cli/operate/submission-view.js'
import { isoTime } from '../../lib/core/outcome.js'
import type { OperationRequest } from '../../lib/core/request.js'
import { asEpochMs } from '../../lib/core/time.js'
import { atTheEnd, endAll } from '../support/endings.js'
import { type PlantedDeployment, startPlantedDeployment } from '../support/planted-deployment.js'
import { createEntries } from '../support/planted-entries.js'
import type { PlantedStore } from '../support/planted-store.js'
import { type Ended, runNode } from '../support/run-command.js'
import { expectNoSentinel, sentinelToken } from '../support/sentinel.js'
import { waitUntil } from '../support/wait-until.js'

// The built commands that a person mends with, against the embedded stack and its functions.

const dayMs = 86_400_000

const apply = (
  paymentId: number,
  requestId = `erp-${paymentId}`,
): OperationRequest & { type: 'performOperation' } => ({
  requestId,
  storeHash: 'luma7x2',
  type: 'performOperation',
  paymentId,
  operationCode: 0,
})

/** Payments 101 and 102 can be applied, 103 is; 104 is in doubt, and so is operation 3 on 105. */
function plant(): PlantedStore {
  const make = createEntries(asEpochMs(systemClock.now() - dayMs))
  const payment = { currency: 'USD', lineItems: [{ invoiceId: 7, amount: '20.0000' }], processingStatus: 3 }
  const doubt = { ...apply(105), operationCode: 3 as const }
  return {
    seed: {
      storeHash: 'luma7x2',
      accessToken: sentinelToken,
      payments: [
        { ...payment, id: 101 },
        { ...payment, id: 102 },
        { ...payment, id: 103, appliedStatus: 1 },
        { ...payment, id: 104 },
        { ...payment, id: 105 },
      ],
      invoices: [{ id: 7, currency: 'USD', originalBalance: '9000.0000' }],
    },
    entries: [make.inDoubt(apply(104)), make.inDoubt(doubt), make.succeeded(apply(103))],
    letters: [letterOf(apply(104), 'IN_DOUBT'), letterOf(doubt, 'IN_DOUBT')],
    findings: [],
  }
}

const letterOf = (request: OperationRequest & { paymentId: number }, errorCode: string) => ({
  body: JSON.stringify(request),
  groupId: `luma7x2:${request.paymentId}`,
  attributes: {
    errorCode,
    errorMessage: 'no look could settle it',
    failedAt: isoTime(asEpochMs(systemClock.now() - dayMs + 1_000)),
    source: 'sqs',
    attempts: '1',
  },
})

async function payops({ env }: PlantedDeployment, ...argv: string[]): Promise<Ended> {
  const ended = await runNode(['dist/cli/payops.mjs', ...argv], env)
  expectNoSentinel(ended)
  expect(ended.stdout.split('\n').filter(line => line.length > 80)).toEqual([])
  return ended
}

/** The JSON that a command prints, whatever its width. */
async function payopsJson<T>({ env }: PlantedDeployment, ...argv: string[]): Promise<T> {
  const ended = await runNode(['dist/cli/payops.mjs', ...argv, '--json'], env)
  expectNoSentinel(ended)
  return JSON.parse(ended.stdout) as T
}

async function aFile(lines: object[]): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'payops-'))
  atTheEnd(() => rm(directory, { recursive: true }))
  const path = join(directory, 'requests.jsonl')
  await writeFile(path, lines.map(line => `${JSON.stringify(line)}\n`).join(''))
  return path
}

beforeAll(async () => {
  const built = await runNode(['scripts/build.mjs', '--quiet'])
  if (built.code !== 0) throw new Error(built.stderr)
})

afterEach(endAll)

describe('payops submit', () => {
  it('sends a request without a key under one that it prints, and waits for its end', async () => {
    const deployment = await startPlantedDeployment([plant()])
    const { requestId: _, ...keyless } = apply(101)
    const [view] = await payopsJson<SubmissionView[]>(deployment, 'submit', JSON.stringify(keyless), '--wait')
    expect(view).toMatchObject({ sent: 'yes', ledger: { state: 'succeeded', effect: 'performed' } })
    expect(view?.requestId).toMatch(/^cli:[0-9a-f-]{36}$/)
    const status = await payops(deployment, 'status', view?.requestId ?? '')
    expect(status.stdout).toMatch(/^state {6}succeeded, performed$/m)
    // What was sent, sent again with its key, is a repeat.
    const again = await payops(deployment, 'submit', view?.body ?? '', '--wait')
    expect(again.code).toBe(0)
    expect(deployment.sandbox.effects().map(({ paymentId }) => paymentId)).toEqual([101])
  })

  it('sends nothing of a file with an invalid line, and names line and field', async () => {
    const deployment = await startPlantedDeployment([plant()])
    const before = await deployment.snapshot()
    const file = await aFile([
      apply(101),
      { ...apply(102), operationCode: 9 },
      { paymentId: 1, operatonCode: 0 },
    ])
    const refused = await payops(deployment, 'submit', file)
    expect(refused).toMatchObject({ code: 1, stdout: '' })
    expect(refused.stderr).toMatch(/^line 2: operationCode: must be/m)
    expect(refused.stderr).toMatch(/^line 3: .*\n?operatonCode: unknown key/m)
    expect(await deployment.snapshot()).toEqual(before)
    const skipping = await payops(deployment, 'submit', file, '--skip-invalid', '--wait')
    expect(skipping.stdout).toMatch(/1 of 1 sent; 1 succeeded/)
    expect(skipping.code).toBe(1)
  })

  it('foresees what becomes of each request, and changes nothing', async () => {
    const deployment = await startPlantedDeployment([plant()])
    const before = await deployment.snapshot()
    const file = await aFile([
      apply(101),
      { ...apply(101, 'revert-101'), operationCode: 1 },
      { ...apply(102, 'revert-102'), operationCode: 1 },
      apply(103, 'again-103'),
      apply(103),
      { ...apply(103), operationCode: 1 },
      apply(104, 'other-104'),
      apply(104),
      apply(999),
    ])
    // One key with two contents is the file's own mistake.
    const views = await payopsJson<SubmissionView[]>(
      deployment,
      'submit',
      file,
      '--dry-run',
      '--skip-invalid',
    )
    expect(views.map(({ requestId, forecast }) => `${requestId} ${forecast?.verdict}`)).toEqual([
      'erp-101 wouldPerform',
      'revert-101 cannotTell',
      'revert-102 alreadySo',
      'again-103 alreadySo',
      'erp-103 repeat',
      'other-104 heldByDoubt',
      'erp-104 repeat',
      'erp-999 paymentNotFound',
    ])
    const conflict = { ...apply(103), operationCode: 1 }
    const asked = await payops(deployment, 'submit', JSON.stringify(conflict), '--dry-run')
    expect(asked.stdout).toContain('conflict: the ledger knows this requestId')
    expect(asked.code).toBe(1)
    expect((await payops(deployment, 'submit', JSON.stringify(apply(101)), '--dry-run')).code).toBe(0)
    expect(await deployment.snapshot()).toEqual(before)
  })

  it('foresees that a rotated token is refused, without holding the store', async () => {
    const deployment = await startPlantedDeployment([plant()])
    deployment.sandbox.rotateToken('luma7x2', { accessToken: 'another' })
    const before = await deployment.snapshot()
    const asked = await payops(deployment, 'submit', JSON.stringify(apply(101)), '--dry-run')
    expect(asked.stdout).toContain('credentials rejected')
    expect(asked.code).toBe(1)
    expect(await deployment.snapshot()).toEqual(before)
  })
})

describe('payops resolve', () => {
  it('ends a doubt as done, tells it, and history says who, when and why', async () => {
    const deployment = await startPlantedDeployment([plant()])
    const signed = ['--by', 'Ada Lovelace', '--reason', 'the invoice shows it']
    const resolved = await payops(deployment, 'resolve', 'erp-105', '--as', 'done', ...signed)
    expect(resolved.stdout).toMatch(/^Resolved as done\.\n/)
    expect(resolved.stdout).toContain('npx payops dlq redrive --store luma7x2 --payment 105')
    expect(resolved.code).toBe(0)
    const outcomes = deployment.events.filter(event => event.source === 'payops')
    expect(outcomes.map(event => event.detail)).toMatchObject([
      { requestId: 'erp-105', status: 'succeeded', effect: 'confirmed' },
    ])
    const history = await payops(deployment, 'history', '105')
    expect(history.stdout).toMatch(/confirmed: Ada Lovelace resolved it on\s+\S+: the\s+invoice shows it/)
    expect(history.stdout).toMatch(
      /\n\S+ {2}by hand {4}Ada Lovelace resolved the doubt as done\n {4}request erp-105; the/,
    )
    const views = await payopsJson<(EntryView | ActView)[]>(deployment, 'history', '105')
    expect(views).toMatchObject([
      { requestId: 'erp-105', resolution: { as: 'done', by: 'Ada Lovelace' } },
      { act: 'resolve', by: 'Ada Lovelace', reason: 'the invoice shows it', changedTo: 'done' },
    ])
    // The payment is free again.
    const next = await payops(deployment, 'submit', JSON.stringify(apply(105, 'next')), '--wait')
    expect(next.code).toBe(0)
  })

  it('says the same again when it is run again, and refuses the opposite', async () => {
    const deployment = await startPlantedDeployment([plant()])
    const resolve = (as: string) =>
      payops(deployment, 'resolve', 'erp-104', '--as', as, '--by', 'Ada', '--reason', 'looked')
    expect((await resolve('not-done')).stdout).toMatch(/^Resolved as not done\.\n/)
    expect((await resolve('not-done')).stdout).toMatch(/^Was resolved before as not done\.\n/)
    const opposite = await resolve('done')
    expect(opposite).toMatchObject({ code: 1, stdout: '' })
    expect(opposite.stderr).toMatch(/^payops: not resolved: Ada resolved it as not done on/)
    const acts = await payopsJson<(EntryView | ActView)[]>(deployment, 'history', '104')
    expect(acts.filter(view => 'act' in view)).toHaveLength(1)
  })

  it('frees what was not done for a redrive, which carries it out once', async () => {
    const deployment = await startPlantedDeployment([plant()])
    const signed = ['--by', 'Ada', '--reason', 'the invoice is open']
    await payops(deployment, 'resolve', 'erp-104', '--as', 'not-done', ...signed)
    const redriven = await payops(deployment, 'dlq', 'redrive', '--payment', '104')
    expect(redriven.code).toBe(0)
    expect(await waitUntil(() => deployment.sandbox.effects().length > 0, 20_000)).toBe(true)
    const again = await payops(deployment, 'submit', JSON.stringify(apply(104)), '--wait')
    expect(again.stdout).toContain('1 of 1 sent')
    expect(deployment.sandbox.effects().map(({ paymentId }) => paymentId)).toEqual([104])
    const history = await payops(deployment, 'history', '104')
    expect(history.stdout).toMatch(/succeeded {2}apply to invoice balances\n.*performed: the API/)
    expect(history.stdout).toMatch(/by hand {4}Ada resolved the doubt as not done\n/)
    const status = await payops(deployment, 'status', 'erp-104')
    expect(status.stdout).toMatch(/^resolved {3}as not done by Ada on \S+, before/m)
  })

  it('leaves a done one to be discarded, and history still knows', async () => {
    const deployment = await startPlantedDeployment([plant()])
    const signed = ['--by', 'Ada', '--reason', 'seen in the store']
    await payops(deployment, 'resolve', 'erp-105', '--as', 'done', ...signed)
    const discarded = await payops(deployment, 'dlq', 'discard', '--payment', '105', ...signed)
    expect(discarded.code).toBe(0)
    const views = await payopsJson<(EntryView | ActView)[]>(deployment, 'history', '105')
    expect(views.map(view => ('act' in view ? view.act : view.state))).toEqual([
      'succeeded',
      'resolve',
      'discard',
    ])
    expect(views.at(-1)).toMatchObject({ by: 'Ada', original: expect.stringContaining('"paymentId":105') })
  })

  it('refuses what is not in doubt or not known', async () => {
    const deployment = await startPlantedDeployment([plant()])
    const resolve = (requestId: string) =>
      payops(deployment, 'resolve', requestId, '--as', 'done', '--by', 'Ada', '--reason', 'looked')
    expect((await resolve('erp-103')).stderr).toContain('it is not in doubt: succeeded, performed')
    expect(await resolve('erp-1')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/no request erp-1 in the ledger, of luma7x2; of another,\s+name it/),
    })
  })
})

describe('payops quota', () => {
  it('says what each store has left, and ends with 1 where one cannot be read', async () => {
    const deployment = await startPlantedDeployment([plant()])
    const shown = await payops(deployment, 'quota')
    expect(shown.stdout).toMatch(/^store +left +of +resets in\nluma7x2 +\d+ +10000 +[\d.]+ s\n$/)
    expect(shown.code).toBe(0)
    const [view] = await payopsJson<object[]>(deployment, 'quota', '--store', 'nordic4b')
    expect(view).toEqual({ storeHash: 'nordic4b', problem: 'the secret payops/nordic4b does not exist' })
  })

  it.each([['quota'], ['secrets', 'check', '--all']])(
    'does not call it well where there is no store: %s %s',
    async (...argv) => {
      const deployment = await startPlantedDeployment([])
      const ended = await payops(deployment, ...argv)
      expect(ended).toMatchObject({
        code: 1,
        stdout: expect.stringContaining('there is no store to look at'),
      })
    },
  )
})

describe('wrong usage', () => {
  it('is text from a pipe that is not UTF-8, of which nothing may be sent half read', async () => {
    const child = spawn('node_modules/.bin/node', ['dist/cli/payops.mjs', 'submit', '-'])
    const text = '{"paymentId":1,"operationCode":0,"metadata":{"by":"J\u00f6rg"}}'
    child.stdin.end(Buffer.from(text, 'latin1'))
    let stderr = ''
    child.stderr.on('data', said => {
      stderr += said
    })
    expect(await new Promise(done => child.on('close', done))).toBe(2)
    expect(stderr).toContain('-: is not UTF-8 text')
  })

  it.each([
    [
      'resolve without a name',
      ['resolve', 'r', '--as', 'done', '--reason', 'x'],
      "'--by <name>' not specified",
    ],
    [
      'an answer that is neither',
      ['resolve', 'r', '--as', 'maybe', '--by', 'Ada', '--reason', 'x'],
      '--as: done, or not-done',
    ],
    [
      'an empty reason',
      ['resolve', 'r', '--as', 'done', '--by', 'Ada', '--reason', ' '],
      '--reason: 1 to 500 characters',
    ],
    ['a file that is not there', ['submit', '/nowhere.jsonl'], 'there is no such file'],
    ['an age without its unit', ['submit', '{}', '--wait', '--limit', '5'], '--limit: a number with'],
    ['both to wait and not to send', ['submit', '{}', '--wait', '--dry-run'], 'one of them'],
    ['no store to check', ['secrets', 'check'], 'name the stores, or --all'],
  ])('is %s', async (_, argv, message) => {
    const { code, stdout, stderr } = await runNode(['dist/cli/payops.mjs', ...argv])
    expect(stderr).toContain(message)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })
})
