import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import type { LetterView } from '../../lib/cli/operate/letter-view.js'
import type { HandledView } from '../../lib/cli/operate/render-handled.js'
import { atTheEnd, endAll } from '../support/endings.js'
import { openLetterQueues } from '../support/letter-queues.js'
import { buryMixed, mixedMeanings, plantMixed } from '../support/mixed-letters.js'
import { type PlantedDeployment, startPlantedDeployment } from '../support/planted-deployment.js'
import { type Ended, runNode } from '../support/run-command.js'
import { expectNoSentinel } from '../support/sentinel.js'
import { waitUntil } from '../support/wait-until.js'

// The built command against the embedded stack: thirty messages of every kind in both dead-letter queues.

async function aDeployment(): Promise<PlantedDeployment> {
  const deployment = await startPlantedDeployment([plantMixed()])
  await buryMixed(openLetterQueues(deployment))
  return deployment
}

async function dlq({ env }: PlantedDeployment, ...argv: string[]): Promise<Ended> {
  const ended = await runNode(['dist/cli/payops.mjs', 'dlq', ...argv], env)
  expectNoSentinel(ended)
  for (const line of `${ended.stdout}${ended.stderr}`.split('\n'))
    expect(argv.includes('--json') || argv[0] === 'export' || line.length <= 80).toBe(true)
  return ended
}

const list = async (deployment: PlantedDeployment, ...argv: string[]) =>
  JSON.parse((await dlq(deployment, 'list', '--json', ...argv)).stdout) as LetterView[]
const redrive = async (deployment: PlantedDeployment, ...argv: string[]) => {
  const ended = await dlq(deployment, 'redrive', '--json', ...argv)
  return { ...ended, views: JSON.parse(ended.stdout) as HandledView[] }
}
const settled = ({ stack, sandbox }: PlantedDeployment, effects: number) =>
  waitUntil(() => {
    const { ready, delayed, inFlight } = stack.queueDepth('OperationsQueue')
    return ready + delayed + inFlight === 0 && sandbox.effects().length >= effects
  }, 20_000)

beforeAll(async () => {
  const built = await runNode(['scripts/build.mjs', '--quiet'])
  if (built.code !== 0) throw new Error(built.stderr)
})

afterEach(endAll)

describe('thirty messages of every kind', () => {
  it('are all explained, in whichever envelope they lie', async () => {
    const deployment = await aDeployment()
    const views = await list(deployment)
    expect(views.map(({ paymentId, reason, meaning }) => `${paymentId} ${reason} ${meaning}`).sort()).toEqual(
      mixedMeanings,
    )
    expect(views).toHaveLength(30)
    const ofEvents = await list(deployment, '--queue', 'events')
    expect(ofEvents.map(({ envelope }) => envelope).sort()).toEqual(
      ['eventbridge', 'eventbridge', 'lambda', 'lambda', 'unknown'].sort(),
    )
    expect((await dlq(deployment, 'list')).stdout).toMatch(/^in all +30$/m)
  }, 60_000)

  it('are not called none while another look hides them', async () => {
    const deployment = await aDeployment()
    const url =
      deployment.env['EVENTS_DEAD_LETTER_QUEUE_URL'] ?? deployment.stack.queueUrls['EventsDeadLetterQueue']
    const { AWS_ENDPOINT_URL_SQS: endpoint = '' } = deployment.env
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
    const client = new SQSClient({ region: 'us-east-1', endpoint, credentials })
    atTheEnd(() => client.destroy())
    const hide = { QueueUrl: url, MaxNumberOfMessages: 10, VisibilityTimeout: 60 }
    await client.send(new ReceiveMessageCommand(hide))
    const { stdout, stderr } = await dlq(deployment, 'list', '--queue', 'events')
    expect(stdout).toBe('No message.\n')
    expect(stderr).toContain('SQS counts 5 in the events queue, this look showed 0')
  }, 60_000)

  it('are left as they are by a dry run, which says what would be done', async () => {
    const deployment = await aDeployment()
    const before = await deployment.snapshot()
    const { views, code } = await redrive(deployment, '--all', '--dry-run')
    const counts = Object.fromEntries(
      [...Map.groupBy(views, ({ verdict }) => verdict)].map(([verdict, all]) => [verdict, all.length]),
    )
    // Two of the doubts can be told by a look.
    expect(counts).toEqual({ wouldRedrive: 13 + 2, left: 3, refused: 12 })
    expect(code).toBe(1)
    expect(await deployment.snapshot()).toEqual(before)
  }, 60_000)

  it('are moved only where a filter means them, each group in its order', async () => {
    const deployment = await aDeployment()
    const { views, code } = await redrive(deployment, '--payment', '120')
    expect(views.map(({ requestId, verdict }) => `${requestId} ${verdict}`)).toEqual([
      'erp-120-0 redriven',
      'erp-120-1 redriven',
      'erp-120-2 redriven',
    ])
    expect(code).toBe(0)
    await settled(deployment, 3)
    const { sandbox } = deployment
    expect(sandbox.effects().map(({ paymentId }) => paymentId)).toEqual([120, 120, 120])
    expect(sandbox.payments('luma7x2').find(({ id }) => id === 120)).toMatchObject({ processingStatus: 4 })
    expect(await list(deployment)).toHaveLength(29)
  }, 60_000)

  it('are carried out once where they are events, under the keys of the events', async () => {
    const deployment = await aDeployment()
    const { views, code } = await redrive(deployment, '--queue', 'events', '--meaning', 'neverAttempted')
    expect(views.map(({ requestId, verdict }) => `${requestId} ${verdict}`).sort()).toEqual(
      [181, 182, 183, 184].map(id => `event-${id} redriven`),
    )
    expect(code).toBe(0)
    await settled(deployment, 4)
    expect(deployment.sandbox.effects()).toHaveLength(4)
    const status = await runNode(['dist/cli/payops.mjs', 'status', 'event-183'], deployment.env)
    expect(status.stdout).toMatch(/^state {6}succeeded, performed$/m)
  }, 60_000)

  it('are looked at afresh where they are in doubt, and name what settles the rest', async () => {
    const deployment = await aDeployment()
    const { views, code } = await redrive(deployment, '--reason', 'IN_DOUBT')
    expect(views.map(({ paymentId, verdict }) => `${paymentId} ${verdict}`).sort()).toEqual([
      '141 redriven',
      '142 redriven',
      '143 refused',
      '144 refused',
      '145 refused',
    ])
    expect(views.find(({ paymentId }) => paymentId === 143)?.why).toContain('payops resolve erp-143')
    expect(code).toBe(1)
    const isConfirmed = () =>
      deployment.events.filter(({ detail }) => detail['effect'] === 'confirmed').length === 2
    expect(await waitUntil(isConfirmed, 20_000)).toBe(true)
    expect(deployment.sandbox.effects()).toEqual([])
  }, 60_000)

  it('are exported whole, and as requests that can be sent again', async () => {
    const deployment = await aDeployment()
    const folder = mkdtempSync(join(tmpdir(), 'payops-letters-'))
    atTheEnd(() => rmSync(folder, { recursive: true }))
    const out = join(folder, 'letters.jsonl')
    expect((await dlq(deployment, 'export', '--out', out)).code).toBe(0)
    const lines = readFileSync(out, 'utf8').trimEnd().split('\n')
    expect(lines.map(line => JSON.parse(line) as LetterView)).toHaveLength(30)
    expect(await dlq(deployment, 'export', '--out', out)).toMatchObject({ code: 2 })
    const requests = await dlq(deployment, 'export', '--payment', '111', '--requests')
    expect(JSON.parse(requests.stdout)).toEqual({
      requestId: 'erp-111',
      storeHash: 'luma7x2',
      type: 'performOperation',
      paymentId: 111,
      operationCode: 0,
    })
    expect(existsSync(out)).toBe(true)
  }, 60_000)
})

describe('a message that fails again', () => {
  it('comes back each time within five minutes, and nothing is dropped', async () => {
    const deployment = await aDeployment()
    const ids = new Set<string>()
    for (let round = 1; round <= 3; round += 1) {
      const [letter] = await list(deployment, '--payment', '131')
      ids.add(letter?.messageId ?? '')
      const { views } = await redrive(deployment, '--reason', 'OPERATION_NOT_ALLOWED', '--payment', '131')
      // It may be back before the run is over; that one stays for the next.
      expect(views.filter(({ verdict }) => verdict === 'redriven')).toHaveLength(1)
      const failures = () =>
        deployment.events.filter(
          ({ detail }) => detail['requestId'] === 'erp-131' && detail['status'] === 'failed',
        ).length
      expect(await waitUntil(() => failures() >= round, 20_000)).toBe(true)
      await settled(deployment, 0)
    }
    expect(await list(deployment, '--payment', '131')).toHaveLength(1)
    expect(ids.size).toBe(3)
    expect(await list(deployment)).toHaveLength(30)
  }, 60_000)
})
