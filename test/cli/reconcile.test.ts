import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { systemClock } from '../../lib/adapters/system.js'
import { actedWords, type Finding, type Report } from '../../lib/core/reconcile/finding.js'
import { atTheEnd, endAll } from '../support/endings.js'
import { type PlantedDeployment, startPlantedDeployment } from '../support/planted-deployment.js'
import { type PlantedStore, type PlantingPlan, plantStore } from '../support/planted-store.js'
import { type Ended, runNode, startNode } from '../support/run-command.js'
import { expectNoSentinel, sentinelToken } from '../support/sentinel.js'
import { waitUntil } from '../support/wait-until.js'

// The built command against the embedded stack and stores in which everything to be found is known.

const everyKind = {
  completedNotApplied: 3,
  refundedStillApplied: 2,
  orderStale: 2,
  ledgerAheadOfStore: 2,
  doubtSettled: 2,
  doubtOpen: 2,
  leftBehind: 2,
  paymentGone: 2,
  neverAttempted: 2,
  duplicateExternalId: 2,
}

/** Of each store its own, as in life; both are searched for in everything printed. */
const plant = ({ storeHash = 'luma7x2', ...plan }: Partial<PlantingPlan> = {}): PlantedStore =>
  plantStore({
    storeHash,
    accessToken: `${sentinelToken}-${storeHash}`,
    payments: 600,
    counts: everyKind,
    now: systemClock.now(),
    ...plan,
  })

async function reconcile(deployment: PlantedDeployment, argv: string[], rules = {}): Promise<Ended> {
  const env = { ...deployment.env, RECONCILE_RULES: JSON.stringify(rules) }
  const ended = await runNode(['dist/cli/payops.mjs', 'reconcile', ...argv], env)
  expectNoSentinel(ended)
  return ended
}

async function report(deployment: PlantedDeployment, argv: string[], rules = {}): Promise<Report> {
  const { stdout, stderr } = await reconcile(deployment, ['--json', ...argv], rules)
  if (!stdout.startsWith('{')) throw new Error(`no report:\n${stdout}${stderr}`)
  return JSON.parse(stdout) as Report
}

const findingsOf = ({ stores }: Report): Finding[] => stores.flatMap(({ findings }) => findings)
const name = ({ kind, paymentId }: Finding): string => `${kind} ${paymentId}`

const areQuiet = ({ stack }: PlantedDeployment): boolean => {
  const { ready, delayed, inFlight } = stack.queueDepth('OperationsQueue')
  return ready + delayed + inFlight === 0
}

function makeDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'payops-reconcile-'))
  atTheEnd(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

beforeAll(async () => {
  const built = await runNode(['scripts/build.mjs', '--quiet'])
  if (built.code !== 0) throw new Error(built.stderr)
})

afterEach(endAll)

describe('payops reconcile', () => {
  it('finds what is planted and nothing else, changes nothing, and ends with 1', async () => {
    const store = plant()
    const deployment = await startPlantedDeployment([store])
    const before = await deployment.snapshot()
    const rules = { completedNotApplied: 'enqueue', doubtSettled: 'settle', leftBehind: 'enqueue' }
    const { code, stdout } = await reconcile(deployment, ['--full', '--json'], rules)
    const found = findingsOf(JSON.parse(stdout) as Report)
    expect(found.map(name).sort()).toEqual(store.findings)
    expect(new Set(found.map(({ kind, acted }) => `${kind} ${acted}`))).toContain('doubtSettled wouldSettle')
    for (const finding of found) {
      expect(finding).toMatchObject({
        storeHash: 'luma7x2',
        seenAt: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/),
      })
      expect(actedWords).toContain(finding.acted)
      expect(finding.decidedBy).toMatch(/^(?:default|rule \w+=(?:enqueue|settle))$/)
    }
    expect(code).toBe(1)
    expect(await deployment.snapshot()).toEqual(before)
    // One page of 249 after the other, and a look for each finding that the list cannot prove.
    expect(deployment.sandbox.calls().length).toBeLessThanOrEqual(
      Math.ceil(600 / 249) + store.findings.length,
    )
  })

  it('prints a line a store and a table, 80 columns wide, and writes the files', async () => {
    const [one, other] = [plant(), plant({ storeHash: 'nordic4b', counts: {}, decoys: 0 })]
    const deployment = await startPlantedDeployment([one, other])
    const directory = makeDirectory()
    const files = ['ndjson', 'csv', 'html'].map(kind => join(directory, `f.${kind}`))
    const [ndjson = '', csv = '', html = ''] = files
    const { code, stdout } = await reconcile(deployment, [
      '--full',
      '--out',
      ndjson,
      '--csv',
      csv,
      '--html',
      html,
    ])
    expect(stdout).toMatch(/^Dry run: nothing is changed/)
    expect(stdout).toMatch(/^luma7x2: all payments, 600 read, \d+ API calls, 21 findings$/m)
    expect(stdout).toMatch(/^nordic4b: all payments, 600 read, 3 API calls, 0 findings$/m)
    expect(stdout).toMatch(/^Completed but not applied +3 {2}reported/m)
    expect(stdout).toMatch(/^in all +21 {2}reported$/m)
    const report = stdout.split('\n').filter(line => !line.includes(directory))
    expect(report.filter(line => line.length > 80)).toEqual([])
    for (const file of files) expect(stdout).toContain(file)
    const lines = readFileSync(ndjson, 'utf8').trim().split('\n')
    expect(lines.map(line => name(JSON.parse(line) as Finding)).sort()).toEqual(one.findings)
    expect(readFileSync(csv, 'utf8').trim().split('\r\n')).toHaveLength(22)
    expect(readFileSync(html, 'utf8')).toMatch(/^<!doctype html>/i)
    expectNoSentinel(...files.map(file => readFileSync(file, 'utf8')))
    expect(code).toBe(1)
  })

  it('does with --apply what the rules allow, once, and finds nothing of it afterwards', async () => {
    const store = plant()
    const deployment = await startPlantedDeployment([store])
    const rules = {
      completedNotApplied: 'enqueue',
      refundedStillApplied: 'enqueue',
      orderStale: 'enqueue',
      doubtSettled: 'settle',
      leftBehind: 'enqueue',
      neverAttempted: 'enqueue',
    }
    const first = findingsOf(await report(deployment, ['--full', '--apply'], rules))
    expect(first.map(name).sort()).toEqual(store.findings)
    const acted = first.filter(({ acted }) => acted === 'enqueued' || acted === 'settled')
    expect(acted.map(({ kind }) => kind).sort()).toEqual(
      first.flatMap(({ kind }) => (kind in rules ? [kind] : [])).sort(),
    )
    expect(await waitUntil(() => areQuiet(deployment), 30_000)).toBe(true)
    const effects = deployment.sandbox.effects()
    expect(effects.map(({ paymentId }) => paymentId).sort()).toEqual(
      first.flatMap(({ acted, paymentId }) => (acted === 'enqueued' ? [paymentId] : [])).sort(),
    )
    const left = findingsOf(await report(deployment, ['--full', '--apply'], rules))
    expect(left.map(name).sort()).toEqual(
      store.findings.filter(text => !((text.split(' ')[0] ?? '') in rules)),
    )
    expect(deployment.sandbox.effects()).toEqual(effects)
  })

  it('does everything once where two run at the same time', async () => {
    const counts = { completedNotApplied: 5, refundedStillApplied: 5, doubtSettled: 4 }
    const deployment = await startPlantedDeployment([plant({ counts })])
    const rules = { completedNotApplied: 'enqueue', refundedStillApplied: 'enqueue', doubtSettled: 'settle' }
    const apply = () => reconcile(deployment, ['--full', '--apply'], rules)
    const both = await Promise.all([apply(), apply()])
    // One at least has found it; the other has left the store to it (3), or come when all was asked for (1) or done (0).
    expect(both.map(({ code }) => code)).toContain(1)
    expect(await waitUntil(() => areQuiet(deployment), 30_000)).toBe(true)
    const ids = deployment.sandbox.effects().map(({ paymentId }) => paymentId)
    expect(ids).toHaveLength(10)
    expect(new Set(ids).size).toBe(10)
    expect((await reconcile(deployment, ['--full', '--apply'], rules)).code).toBe(0)
  })

  it('ends with 0 and says so where there is nothing to find', async () => {
    const deployment = await startPlantedDeployment([plant({ counts: {} })])
    const { code, stdout } = await reconcile(deployment, [])
    expect(stdout).toContain('No finding.')
    expect(code).toBe(0)
  })

  it('ends with 3 and one line where a store answers 503 throughout, without a finding of it', async () => {
    const [down, up] = [
      plant({ counts: { completedNotApplied: 3, doubtSettled: 2 } }),
      plant({ storeHash: 'nordic4b' }),
    ]
    const deployment = await startPlantedDeployment([down, up])
    deployment.sandbox.misbehave({ fault: 'http503', storeHash: 'luma7x2', times: 100_000 })
    const { code, stdout } = await reconcile(deployment, ['--full'])
    expect(stdout.match(/could not be reached/g)).toHaveLength(1)
    expect(stdout).toMatch(/^luma7x2: the store could not be reached: .*503/m)
    expect(stdout).toMatch(/^in all +21 {2}reported$/m)
    expect(code).toBe(3)
    const { stdout: alone } = await reconcile(deployment, ['--full', '--store', 'luma7x2'])
    expect(alone).toContain('No finding.')
  })

  it('looks at the named store only, and finds a stage’s queues by their names', async () => {
    const [one, other] = [plant(), plant({ storeHash: 'nordic4b' })]
    const deployment = await startPlantedDeployment([one, other])
    const {
      OPERATIONS_QUEUE_URL: _,
      DEAD_LETTER_QUEUE_URL: __,
      LEDGER_TABLE_NAME: ___,
      ...env
    } = deployment.env
    const argv = ['--store', 'nordic4b', '--full', '--stage', 'local']
    const { stores } = await report({ ...deployment, env }, argv)
    expect(stores.map(({ storeHash, findings }) => [storeHash, findings.length])).toEqual([['nordic4b', 21]])
  })

  it('takes its environment as npm start -- --watch prints it', async () => {
    const watching = startNode(['dist/cli/payops.mjs', 'start', '--watch', '--directory', makeDirectory()])
    const printed = await watching.sees('Ctrl-C ends it')
    const env = Object.fromEntries(
      [...printed.matchAll(/^export (\w+)=(.*)$/gm)].map(([, key, value]) => [key, value]),
    )
    const { code, stdout } = await runNode(['dist/cli/payops.mjs', 'reconcile', '--store', 'nordic4b'], env)
    watching.kill('SIGINT')
    // The sandbox's example stores are made of payments to apply: six of ten, and 117 (lib/local/sandbox/example-stores.ts).
    expect(stdout).toMatch(/^Completed but not applied +181 {2}reported/m)
    expect(code).toBe(1)
    expect((await watching.ended).code).toBe(0)
  })

  it.each([
    ['an unknown option', ['--dry'], "unknown option '--dry'"],
    ['an argument without its option', ['luma7x2'], 'too many arguments'],
    ['a store that is none', ['--store', 'LUMA!'], '--store: a store hash is'],
    [
      'a file in a directory that is not there',
      ['--csv', '/nowhere/f.csv'],
      '--csv: there is no directory /nowhere',
    ],
    ['one file for two reports', ['--csv', 'f', '--html', './f'], '--html: ./f is named twice'],
    ['no region', [], 'AWS_REGION is missing'],
  ])('refuses %s as wrong usage', async (_, argv, message) => {
    const { code, stdout, stderr } = await runNode(['dist/cli/payops.mjs', 'reconcile', ...argv])
    expect(stderr).toContain(message)
    expect(stderr).toContain('npx payops reconcile --help')
    expect(stdout).toBe('')
    expect(code).toBe(2)
  })

  it('ends with 3 and one line where AWS itself does not answer', async () => {
    const deployment = await startPlantedDeployment([plant()])
    await deployment.stack.stop()
    const { code, stdout, stderr } = await reconcile(deployment, [])
    expect(stderr).toMatch(/^payops: Secrets Manager [^\n]+\n$/)
    expect(stdout).toBe('')
    expect(code).toBe(3)
  })

  it('refuses rules that it does not know, before anything is read', async () => {
    const deployment = await startPlantedDeployment([plant()])
    const { code, stderr } = await reconcile(deployment, [], { completedNotAplied: 'enqueue' })
    expect(stderr).toContain('completedNotAplied')
    expect(code).toBe(2)
    expect(deployment.sandbox.calls()).toEqual([])
  })

  it('explains itself with --help', async () => {
    const { code, stdout } = await runNode(['dist/cli/payops.mjs', 'reconcile', '--help'])
    for (const text of [
      '--store',
      '--apply',
      '--full',
      '--out',
      '--csv',
      '--html',
      '--json',
      '--stage',
      'RECONCILE_RULES',
    ])
      expect(stdout).toContain(text)
    expect(stdout).toContain('npx payops reconcile --stage prod')
    expect(stdout.split('\n').filter(line => line.length > 80)).toEqual([])
    expect(code).toBe(0)
  })
})
