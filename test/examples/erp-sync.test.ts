import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge'
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { matchesPattern, parsePattern } from '../../lib/local/stack/match-pattern.js'
import { startDeployment } from '../functions/a-deployment.js'
import { atTheEnd, endAll } from '../support/endings.js'

// The README is the script: what it tells a reader to send is sent, and what it says will be printed is waited for. The real
// `payops start --watch` runs; a reader's AWS CLI is an SDK client here, with the environment that `--watch` prints.

const folder = 'examples/erp-sync'
const readme = readFileSync(join(folder, 'README.md'), 'utf8')
const readJson = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'))

const promisedLines = (): string[][] =>
  [...readme.matchAll(/```text\n([\s\S]*?)```/g)].map(([, block = '']) => block.trim().split('\n'))

const entryFiles = (): string[] =>
  [...readme.matchAll(/--entries file:\/\/examples\/erp-sync\/(\S+)/g)].map(([, name = '']) => name)

const messages = () =>
  [
    ...readme.matchAll(
      /aws sqs send-message .*--message-group-id (\S+) --message-deduplication-id (\S+) --message-body '(.*)'/g,
    ),
  ].map(([, group = '', id = '', body = '']) => ({ group, id, body }))

type Watched = {
  variables: Record<string, string>
  sees(lines: string[]): Promise<void>
  printed(): string[]
}

async function startWatch(): Promise<Watched> {
  const directory = await mkdtemp(join(tmpdir(), 'payops-erp-'))
  atTheEnd(() => rm(directory, { recursive: true, force: true }))
  const options = ['start', '--watch', '--fresh', '--directory', directory]
  const child = spawn(process.execPath, ['dist/cli/payops.mjs', ...options], {
    env: { PATH: process.env['PATH'], CI: 'true' },
  })
  atTheEnd(() => end(child))
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (part: string) => {
      text += part
    })
  }
  const printed = () => text.split('\n').slice(0, -1)
  const sees = (lines: string[]) =>
    new Promise<void>((done, fail) => {
      const look = () => lines.every(line => printed().includes(line)) && done()
      child.stdout.on('data', look)
      child.on('close', () => fail(new Error(`it ended after:\n${text}`)))
      look()
    })
  await sees(['Outcomes are printed as they come; failures lie in the dead-letter queues. Ctrl-C ends it.'])
  const exported = [...text.matchAll(/^export (\w+)=(.*)$/gm)]
  return { variables: Object.fromEntries(exported.map(([, name, value]) => [name, value])), sees, printed }
}

const end = (child: ChildProcess): Promise<void> =>
  new Promise(done => {
    if (child.exitCode !== null) return done()
    child.on('close', () => done())
    child.kill('SIGINT')
  })

/** SDK clients as the AWS CLI would be in a terminal with these variables and no others. */
function createClients(variables: Record<string, string>) {
  const read = (name: string) => {
    const value = variables[name]
    if (value === undefined) throw new Error(`--watch does not print ${name}`)
    return value
  }
  const settings = {
    region: read('AWS_DEFAULT_REGION'),
    credentials: {
      accessKeyId: read('AWS_ACCESS_KEY_ID'),
      secretAccessKey: read('AWS_SECRET_ACCESS_KEY'),
    },
  }
  const bus = new EventBridgeClient({ ...settings, endpoint: read('AWS_ENDPOINT_URL_EVENTBRIDGE') })
  const sqs = new SQSClient({ ...settings, endpoint: read('AWS_ENDPOINT_URL_SQS') })
  atTheEnd(() => bus.destroy())
  atTheEnd(() => sqs.destroy())
  return { bus, sqs, queueUrl: read('OPERATIONS_QUEUE_URL') }
}

const readEntries = (name: string): PutEventsRequestEntry[] => readJson(name) as PutEventsRequestEntry[]

async function putEvents(bus: EventBridgeClient, name: string): Promise<void> {
  const { FailedEntryCount } = await bus.send(new PutEventsCommand({ Entries: readEntries(name) }))
  expect(FailedEntryCount).toBe(0)
}

beforeAll(() => {
  if (!existsSync('dist/cli/payops.mjs')) throw new Error('dist is not there: run npm run build first')
})

afterEach(endAll)
afterAll(endAll)

describe('the ERP example', () => {
  it('prints every outcome that its README promises, and no other', async () => {
    const watched = await startWatch()
    const { bus, sqs, queueUrl } = createClients(watched.variables)
    const [morning = [], cheque = []] = promisedLines()
    const [events = '', correction = ''] = entryFiles()
    await putEvents(bus, events)
    await watched.sees(morning)
    await putEvents(bus, correction)
    await watched.sees(cheque.slice(0, 1))
    const sent = messages()
    expect(sent).toHaveLength(2)
    for (const { group, id, body } of sent) {
      const message = { MessageBody: body, MessageGroupId: group, MessageDeduplicationId: id }
      await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, ...message }))
    }
    await watched.sees(cheque)
    const outcomes = watched.printed().filter(line => /^(succeeded|failed|inDoubt) /.test(line))
    expect(outcomes.toSorted()).toEqual([...morning, ...cheque].toSorted())
    // The two of one group came in their order; nothing promises that of the others.
    expect(outcomes.slice(-3)).toEqual(cheque)
  })

  it('shows an outcome as it arrives, which the rule catches and which names the payment to correct', async () => {
    const shown = readJson('outcome.json') as { detail: { requestId: string; paymentId: number } }
    const { stack, event } = await startDeployment()
    const { bus } = createClients({
      ...stack.env,
      AWS_DEFAULT_REGION: 'us-east-1',
      OPERATIONS_QUEUE_URL: '-',
    })
    await putEvents(bus, 'events.json')
    const arrived = await event(
      ({ requestId, status }) => requestId === shown.detail.requestId && status !== undefined,
    )
    const isoTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    expect(arrived).toEqual({
      ...shown,
      id: expect.any(String),
      time: expect.any(String),
      detail: {
        ...shown.detail,
        requestedAt: isoTime,
        completedAt: isoTime,
        apiRequestId: expect.any(String),
      },
    })
    const rule = parsePattern(readJson('rule.json'), 'rule')
    expect(matchesPattern(rule, { ...arrived })).toBe(true)
    const [correction] = readEntries('correction.json')
    expect(JSON.parse(correction?.Detail ?? '')).toMatchObject({ paymentId: shown.detail.paymentId })
  })

  it.each(['Succeeded', 'Failed', 'In Doubt'])('has a rule that catches what %s and no request', ending => {
    const rule = parsePattern(readJson('rule.json'), 'rule')
    const outcome = { source: 'payops', 'detail-type': `Payment Operation ${ending}`, detail: {} }
    expect(matchesPattern(rule, outcome)).toBe(true)
    expect(matchesPattern(rule, { ...outcome, source: 'erp' })).toBe(false)
    expect(matchesPattern(rule, { ...outcome, 'detail-type': 'Payment Operation Requested' })).toBe(false)
  })

  it.each(['events.json', 'correction.json'])('sends %s in one PutEvents, all to one bus', name => {
    const entries = readEntries(name)
    expect(entries.length).toBeLessThanOrEqual(10)
    for (const entry of entries) {
      expect(entry).toMatchObject({
        EventBusName: 'payops-local',
        Source: 'erp',
        DetailType: 'Payment Operation Requested',
      })
    }
  })
})
