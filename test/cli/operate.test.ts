import { afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { systemClock, systemRandom } from '../../lib/adapters/system.js'
import type { EntryView } from '../../lib/cli/operate/entry-view.js'
import type { LetterView } from '../../lib/cli/operate/letter-view.js'
import type { LedgerEntry } from '../../lib/core/ledger-entry.js'
import { isoTime } from '../../lib/core/outcome.js'
import type { OperationRequest } from '../../lib/core/request.js'
import { asEpochMs } from '../../lib/core/time.js'
import { endAll } from '../support/endings.js'
import { type PlantedDeployment, startPlantedDeployment } from '../support/planted-deployment.js'
import { createEntries } from '../support/planted-entries.js'
import type { PlantedLetter } from '../support/planted-kinds.js'
import type { PlantedStore } from '../support/planted-store.js'
import { type Ended, runNode } from '../support/run-command.js'
import { expectNoSentinel, sentinelToken } from '../support/sentinel.js'

// The built commands against the embedded stack: a ledger and a dead-letter queue with one story of each kind.

const dayMs = 86_400_000

function plant(): PlantedStore {
  const sentAt = asEpochMs(systemClock.now() - dayMs)
  const make = createEntries(sentAt)
  const apply = (paymentId: number, requestId = `erp-${paymentId}`): OperationRequest => ({
    requestId,
    storeHash: 'luma7x2',
    type: 'performOperation',
    paymentId,
    operationCode: 0,
  })
  const letter = (
    request: object,
    errorCode?: string,
    attributes: Record<string, string> = {},
  ): PlantedLetter => ({
    body: JSON.stringify(request),
    groupId: systemRandom.uuid(),
    attributes: {
      ...(errorCode !== undefined && {
        errorCode,
        errorMessage: `why it is ${errorCode}`,
        failedAt: isoTime(sentAt),
        source: 'sqs',
        attempts: '1',
      }),
      ...attributes,
    },
  })
  const entries: LedgerEntry[] = [
    make.succeeded(apply(101), 'confirmed'),
    make.failed(apply(103)),
    make.inDoubt(apply(104)),
    make.failed(apply(101, 'erp-101-before')),
    make.succeeded(apply(105)),
  ].map((entry, at) => ({ ...entry, requestedAt: asEpochMs(entry.requestedAt - at * 1_000) }))
  return {
    seed: {
      storeHash: 'luma7x2',
      accessToken: sentinelToken,
      payments: [{ id: 101, currency: 'USD', lineItems: [{ invoiceId: 7, amount: '20.0000' }] }],
      invoices: [{ id: 7, currency: 'USD', originalBalance: '9000.0000' }],
    },
    entries,
    letters: [
      letter(apply(101)),
      letter(apply(102)),
      letter(apply(103), 'OPERATION_NOT_ALLOWED'),
      letter(apply(104), 'IN_DOUBT'),
      letter({ ...apply(105), operationCode: 1 }, 'IDEMPOTENCY_CONFLICT'),
      letter({ storeHash: 'luma7x2', paymentId: 106, operatonCode: 0 }, 'INVALID_REQUEST'),
    ],
    findings: [],
  }
}

async function payops({ env }: PlantedDeployment, ...argv: string[]): Promise<Ended> {
  const ended = await runNode(['dist/cli/payops.mjs', ...argv], env)
  expectNoSentinel(ended)
  return ended
}

const readLetters = async (deployment: PlantedDeployment, ...argv: string[]): Promise<LetterView[]> =>
  JSON.parse((await payops(deployment, 'dlq', 'list', '--json', ...argv)).stdout) as LetterView[]

const tooWide = ({ stdout }: Ended): string[] => stdout.split('\n').filter(line => line.length > 80)

beforeAll(async () => {
  const built = await runNode(['scripts/build.mjs', '--quiet'])
  if (built.code !== 0) throw new Error(built.stderr)
})

afterEach(endAll)

describe('payops dlq', () => {
  it('explains every message by its ledger entry, and leaves all as it was', async () => {
    const deployment = await startPlantedDeployment([plant()])
    const before = await deployment.snapshot()
    const views = await readLetters(deployment)
    expect(views.map(({ paymentId, reason, meaning }) => `${paymentId} ${reason} ${meaning}`).sort()).toEqual(
      [
        '101 none done',
        '102 none neverAttempted',
        '103 OPERATION_NOT_ALLOWED rejected',
        '104 IN_DOUBT inDoubt',
        '105 IDEMPOTENCY_CONFLICT rejected',
        '106 INVALID_REQUEST rejected',
      ],
    )
    const listed = await payops(deployment, 'dlq', 'list')
    expect(listed.stdout).toMatch(/^ {2}never attempted: SQS moved it here/m)
    expect(listed.stdout).toMatch(/^none \(moved by SQS\) +2$/m)
    expect(listed.stdout).toMatch(/^in all +6$/m)
    expect(tooWide(listed)).toEqual([])
    expect(listed).toMatchObject({ code: 0, stderr: '' })
    expect(await deployment.snapshot()).toEqual(before)
  })

  it('lists only what is asked for, and ends with 1 where nothing is', async () => {
    const deployment = await startPlantedDeployment([plant()])
    const ids = async (...argv: string[]) =>
      (await readLetters(deployment, ...argv)).map(({ paymentId }) => paymentId).sort()
    expect(await ids('--reason', 'IN_DOUBT')).toEqual([104])
    expect(await ids('--reason', 'none', '--payment', '102')).toEqual([102])
    // What SQS moved has no time of failure; it counts from its sending, a moment ago.
    expect(await ids('--older', '2h')).toEqual([103, 104, 105, 106])
    const none = await payops(deployment, 'dlq', 'list', '--store', 'nordic4b')
    expect(none).toMatchObject({ code: 0, stdout: 'No message.\n' })
  })

  it('shows all of one message, and ends with 1 where the queue does not hold it', async () => {
    const deployment = await startPlantedDeployment([plant()])
    const [doubt] = await readLetters(deployment, '--reason', 'IN_DOUBT')
    const shown = await payops(deployment, 'dlq', 'show', doubt?.messageId ?? '')
    for (const text of [
      'errorMessage: why it is IN_DOUBT',
      '"operationCode":0}',
      'state      inDoubt, unknown',
    ])
      expect(shown.stdout).toContain(text)
    expect(tooWide(shown)).toEqual([])
    expect(shown.code).toBe(0)
    expect(await payops(deployment, 'dlq', 'show', 'nowhere')).toMatchObject({ code: 1, stdout: '' })
  })
})

describe('payops status and history', () => {
  it('tell what became of a request and of a payment, of the named store or of all', async () => {
    const deployment = await startPlantedDeployment([plant()])
    const status = await payops(deployment, 'status', 'erp-101', '--store', 'luma7x2')
    expect(status.stdout).toMatch(/^state {6}succeeded, confirmed$/m)
    expect(status.stdout).toMatch(/^evidence {3}the answer was lost; a look at the store showed/m)
    expect(status.code).toBe(0)
    const history = await payops(deployment, 'history', '101')
    expect(history.stdout).toMatch(/^luma7x2, payment 101\n\S+ {2}failed .*\n {4}request erp-101-before;/)
    expect(history.stdout).toMatch(/\n\S+ {2}succeeded {2}apply to invoice balances\n {4}request erp-101;/)
    expect([...tooWide(status), ...tooWide(history)]).toEqual([])
    const views = JSON.parse((await payops(deployment, 'history', '101', '--json')).stdout) as EntryView[]
    expect(views.map(({ requestId }) => requestId)).toEqual(['erp-101-before', 'erp-101'])
  })

  it('end with 1 where the ledger knows nothing', async () => {
    const deployment = await startPlantedDeployment([plant()])
    const status = await payops(deployment, 'status', 'erp-999')
    expect(status).toMatchObject({ code: 1, stdout: 'Not in the ledger, of luma7x2.\n' })
    expect((await payops(deployment, 'history', '999')).code).toBe(1)
  })
})

describe('AWS that does not answer', () => {
  it('ends with 1 and one line', async () => {
    const deployment = await startPlantedDeployment([plant()])
    await deployment.stack.stop()
    for (const argv of [
      ['status', 'erp-101'],
      ['dlq', 'list'],
    ]) {
      const { code, stdout, stderr } = await payops(deployment, ...argv)
      expect(stderr).toMatch(/^payops: [^\n]+\n$/)
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    }
  })
})

describe('wrong usage', () => {
  it.each([
    ['status without its request', ['status'], "missing required argument 'requestId'", 'status'],
    ['history of no number', ['history', 'abc'], 'a payment is a positive number', 'history'],
    ['an unknown reason', ['dlq', 'list', '--reason', 'NO'], '--reason: must be one of', 'dlq list'],
    ['an age without its unit', ['dlq', 'list', '--older', '2'], '--older: a number with', 'dlq list'],
    ['no region', ['dlq', 'show', 'x'], 'AWS_REGION is missing', 'dlq show'],
  ])('is %s, and the right one is named', async (_, argv, message, command) => {
    const { code, stdout, stderr } = await runNode(['dist/cli/payops.mjs', ...argv])
    expect(stderr).toContain(message)
    expect(stderr).toContain(`npx payops ${command} --help`)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })

  it.each([[['status']], [['history']], [['dlq', 'list']], [['dlq', 'show']]])(
    '%j explains itself with --help',
    async argv => {
      const ended = await runNode(['dist/cli/payops.mjs', ...argv, '--help'])
      expect(ended.stdout).toContain(`  npx payops ${argv.join(' ')} `)
      expect(tooWide(ended)).toEqual([])
      expect(ended.code).toBe(0)
    },
  )
})
