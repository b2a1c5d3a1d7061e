import { DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DeleteQueueCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { createLedger } from '../../lib/adapters/dynamodb-ledger.js'
import { systemClock } from '../../lib/adapters/system.js'
import type { Finding } from '../../lib/core/diagnose.js'
import { diagnoseLetters } from '../../lib/core/diagnose-queues.js'
import { letterMeanings } from '../../lib/core/explain-letter.js'
import { asEpochMs } from '../../lib/core/time.js'
import { aDynamoDb, credentials, region } from '../support/embedded.js'
import { atTheEnd, endAll } from '../support/endings.js'
import { type PlantedDeployment, startPlantedDeployment } from '../support/planted-deployment.js'
import { type Ended, runNode } from '../support/run-command.js'
import { expectNoSentinel } from '../support/sentinel.js'
import { aQuietStore, aStuckStore } from '../support/stuck-store.js'

// The built command against the embedded stack: once as it is declared, then with one thing after another gone wrong.

async function payops(env: Record<string, string>, ...argv: string[]): Promise<Ended> {
  const ended = await runNode(['dist/cli/payops.mjs', 'doctor', ...argv], env)
  expectNoSentinel(ended)
  expect(ended.stdout.split('\n').filter(line => line.length > 80)).toEqual([])
  return ended
}

const examine = async (env: Record<string, string>): Promise<Finding[]> =>
  JSON.parse((await runNode(['dist/cli/payops.mjs', 'doctor', '--json'], env)).stdout) as Finding[]

const wrongOnes = (findings: Finding[]): string[] =>
  findings.filter(({ verdict }) => verdict === 'wrong').map(({ subject, why }) => `${subject}: ${why}`)

function sqsOf({ env }: PlantedDeployment): SQSClient {
  const client = new SQSClient({ region, credentials, endpoint: env['AWS_ENDPOINT_URL_SQS'] ?? '' })
  atTheEnd(() => client.destroy())
  return client
}

beforeAll(async () => {
  const built = await runNode(['scripts/build.mjs', '--quiet'])
  if (built.code !== 0) throw new Error(built.stderr)
})

afterEach(endAll)

describe('payops doctor', () => {
  it('finds nothing wrong with a stage that is as declared, and changes nothing', async () => {
    const deployment = await startPlantedDeployment([aQuietStore()])
    const before = await deployment.snapshot()
    const { code, stdout, stderr } = await payops(deployment.env)
    expect(stdout).toMatch(/^The stage local in us-east-1, on this machine$/m)
    expect(stdout).toMatch(/^0 wrong, \d+ ok, \d+ not checked$/m)
    expect(stdout).toMatch(/^ok +queue source payops-local-performOperations: as declared$/m)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(await deployment.snapshot()).toEqual(before)
  })

  it('calls nothing fine that the embedded stack cannot show', async () => {
    const { env } = await startPlantedDeployment([aQuietStore()])
    const unchecked = (await examine(env)).filter(({ verdict }) => verdict === 'unchecked')
    expect(unchecked).toContainEqual(
      expect.objectContaining({ subject: 'alarm payops-local-doubts', why: 'the embedded stack has none' }),
    )
    expect(unchecked.find(({ subject }) => subject === 'table payops-local-ledger')?.why).toContain(
      'timeToLive, pointInTimeRecovery',
    )
    // Without an endpoint for it on this machine the real Lambda is not asked in its place.
    const { AWS_ENDPOINT_URL_LAMBDA: _, ...withoutLambda } = env
    const functions = (await examine(withoutLambda)).filter(({ subject }) => /^(function|rule)/.test(subject))
    expect(functions.map(({ verdict }) => verdict)).toEqual(functions.map(() => 'unchecked'))
  })

  it('names a queue that is not there or was altered, and the command that mends it', async () => {
    const deployment = await startPlantedDeployment([aQuietStore()])
    const { queueUrls } = deployment.stack
    const sqs = sqsOf(deployment)
    const QueueUrl = queueUrls['OperationsQueue']
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout: '30' } }))
    await sqs.send(new DeleteQueueCommand({ QueueUrl: queueUrls['EventsDeadLetterQueue'] }))
    const found = await examine(deployment.env)
    expect(wrongOnes(found)).toEqual([
      'queue payops-local-operations.fifo: VisibilityTimeout is 30, the template says 180',
      'queue payops-local-events-dlq: is not there; the template declares it as EventsDeadLetterQueue',
      'queue policy payops-local-events-dlq: is not there; the template declares it as EventsDeadLetterQueuePolicy',
    ])
    expect(found.flatMap(({ next }) => next ?? [])).toEqual([
      `aws sqs set-queue-attributes --queue-url ${QueueUrl} --attributes VisibilityTimeout=180`,
      'npx serverless deploy --stage local',
      'npx serverless deploy --stage local',
    ])
    expect((await payops(deployment.env)).code).toBe(1)
  })

  it('goes on without the table, and says that it is missing', async () => {
    const { env } = await startPlantedDeployment([aQuietStore()])
    const client = new DynamoDBClient({
      region,
      credentials,
      endpoint: env['AWS_ENDPOINT_URL_DYNAMODB'] ?? '',
    })
    atTheEnd(() => client.destroy())
    await client.send(new DeleteTableCommand({ TableName: 'payops-local-ledger' }))
    expect(wrongOnes(await examine(env))).toEqual([
      'table payops-local-ledger: is not there; the template declares it as LedgerTable',
    ])
  })

  it('says of each secret what it is worth', async () => {
    const { env, stack } = await startPlantedDeployment([aQuietStore()])
    stack.putSecret('payops/nordic4b', JSON.stringify({ storeHash: 'nordic4b' }))
    stack.putSecret('payops/other1', JSON.stringify({ storeHash: 'other1', accessToken: 'not-the-token' }))
    const secrets = (await examine(env)).filter(({ part }) => part === 'secrets')
    expect(secrets.map(({ subject, verdict, next }) => [subject, verdict, next])).toEqual([
      ['store luma7x2', 'fine', undefined],
      ['store nordic4b', 'wrong', 'npx payops secrets set nordic4b --stage local'],
      ['store other1', 'wrong', expect.stringMatching(/^npx payops secrets \w+ other1 --stage local$/)],
    ])
    expect(secrets[1]?.why).toMatch(/^CREDENTIALS_MISSING: .* holds neither/)
  })

  it('tells what is stuck, for how long, and what comes next', async () => {
    const deployment = await startPlantedDeployment([aStuckStore()])
    const before = await deployment.snapshot()
    const { code, stdout } = await payops(deployment.env)
    expect(code).toBe(1)
    expect(stdout).toMatch(/^WRONG +requests in doubt: 1, the oldest for \d+h: erp-104 of luma7x2$/m)
    expect(stdout).toMatch(/^WRONG +requests left behind: 1 are overdue, nobody came for them: erp-105/m)
    expect(stdout).toMatch(/^WRONG +payops-local-operations-dlq\.fifo: 2 messages$/m)
    const work = (await examine(deployment.env)).filter(({ part }) => part === 'work')
    expect(work.flatMap(({ next }) => next ?? [])).toEqual([
      'npx payops resolve erp-104 --store luma7x2 --as done|not-done --by <name> --reason <text> --stage local',
      'npx payops status erp-105 --store luma7x2 --stage local',
      'npx payops dlq list --stage local',
      'npx payops dlq discard --meaning done --by <name> --reason <text> --stage local',
      'npx payops dlq redrive --meaning neverAttempted --stage local',
    ])
    expect(await deployment.snapshot()).toEqual(before)
  })

  it('tells of a store that is held why, and until when nobody calls it', async () => {
    const { env, stack } = await startPlantedDeployment([aQuietStore()])
    const dynamodb = aDynamoDb(stack.env['AWS_ENDPOINT_URL_DYNAMODB'] ?? '')
    await createLedger({ clock: systemClock, dynamodb }, stack.tableName).saveStoreHold({
      storeHash: 'luma7x2',
      rev: 0,
      active: true,
      code: 'CREDENTIALS_REJECTED',
      message: 'the token was refused',
      probes: 1,
      nextProbeAt: asEpochMs(1_764_000_000_000),
    })
    const held = (await examine(env)).find(({ subject }) => subject === 'store luma7x2 is held')
    expect(held).toMatchObject({
      verdict: 'wrong',
      why: 'CREDENTIALS_REJECTED: the token was refused; the next probe is at 2025-11-24T16:00:00.000Z',
      next: 'npx payops secrets set luma7x2 --stage local',
    })
  })

  it('says what comes next in commands that there are', async () => {
    const { env } = await startPlantedDeployment([aStuckStore()])
    const letters = letterMeanings.map(meaning => ({ meaning, failedAt: asEpochMs(0) }))
    const byMeaning = diagnoseLetters([], letters, { now: asEpochMs(0), stage: 'local' })
    const commands = [...(await examine(env)), ...byMeaning]
      .flatMap(({ next }) => (next?.startsWith('npx payops ') ? next.slice('npx payops '.length) : []))
      .concat('secrets set luma7x2 --stage local', 'secrets check luma7x2 --stage local')
    expect(commands.length).toBeGreaterThan(10)
    for (const command of new Set(commands)) {
      const typed = command.replace('<name>', 'Ann').replace('<text>', 'why').replace('done|not-done', 'done')
      // Nothing is asked of anybody without a region: what was typed is all that there is to judge.
      const { stderr } = await runNode(['dist/cli/payops.mjs', ...typed.split(' ')])
      expect(`${command}: ${stderr}`).toContain(`${command}: AWS_REGION is missing`)
    }
  })

  it('ends with 1 and one finding a thing where AWS does not answer', async () => {
    const { env, stack } = await startPlantedDeployment([aQuietStore()])
    await stack.stop()
    const { code, stdout, stderr } = await payops(env)
    expect(stdout).toMatch(/^WRONG +table payops-local-ledger: could not be looked at: /m)
    for (const subject of ['the operations queue', 'the ledger', 'the dead letters'])
      expect(stdout).toMatch(new RegExp(`^WRONG +${subject}: `, 'm'))
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
  })
})
