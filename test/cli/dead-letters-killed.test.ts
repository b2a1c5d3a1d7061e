import { afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import type { HandledView } from '../../lib/cli/operate/render-handled.js'
import { startCountingProxy } from '../support/counting-proxy.js'
import { atTheEnd, endAll } from '../support/endings.js'
import { aFailedInvocation, anEvent, openLetterQueues } from '../support/letter-queues.js'
import { type PlantedDeployment, startPlantedDeployment } from '../support/planted-deployment.js'
import type { PlantedStore } from '../support/planted-store.js'
import { type Running, runNode, startNode } from '../support/run-command.js'
import { sentinelToken } from '../support/sentinel.js'
import { waitUntil } from '../support/wait-until.js'

// The built command dies by SIGKILL between the sending of a message and its removing, and is run again.

const store: PlantedStore = {
  seed: {
    storeHash: 'luma7x2',
    accessToken: sentinelToken,
    payments: [101, 102].map(id => ({
      id,
      currency: 'USD',
      processingStatus: 3,
      appliedStatus: 0,
      lineItems: [{ invoiceId: 7, amount: '20.0000' }],
    })),
    invoices: [{ id: 7, currency: 'USD', originalBalance: '9000.0000' }],
  },
  entries: [],
  letters: [],
  findings: [],
}
const redrive = ['dist/cli/payops.mjs', 'dlq', 'redrive', '--all', '--json']

/** The command whose first removal never arrives: it is dead by then. */
async function redriveAndDie(deployment: PlantedDeployment): Promise<void> {
  let running: Running | undefined
  const proxy = await startCountingProxy({
    env: deployment.env,
    apiUrl: deployment.sandbox.url,
    cut: async number => {
      if (proxy.calls()[number - 1] !== 'SQS DeleteMessage') return false
      running?.kill('SIGKILL')
      return true
    },
  })
  atTheEnd(proxy.stop)
  const { env } = deployment
  const viaProxy = Object.fromEntries(
    Object.entries(env).map(([name, value]) => [
      name,
      value.replace(env['AWS_ENDPOINT_URL_SQS'] ?? '', proxy.url),
    ]),
  )
  running = startNode(redrive, viaProxy)
  const { code } = await running.ended
  expect(code).toBeNull()
  expect(proxy.calls().filter(call => call === 'SQS SendMessage')).toHaveLength(1)
}

async function dieAndGoOn(queue: string): Promise<void> {
  const deployment = await startPlantedDeployment([store])
  const { bury, loseEvent } = openLetterQueues(deployment)
  const request = { storeHash: 'luma7x2', paymentId: 101, operationCode: 0 }
  if (queue === 'OperationsDeadLetterQueue')
    await bury(JSON.stringify(request), 'luma7x2:101', { id: 'erp-101' })
  else await loseEvent(aFailedInvocation(anEvent('erp-101', request)))
  await redriveAndDie(deployment)
  const { stack, sandbox } = deployment
  // Hidden until SQS gives the dead command's message back.
  expect(await waitUntil(() => stack.queueDepth(queue).ready === 1, 45_000)).toBe(true)
  expect(await waitUntil(() => sandbox.effects().length === 1, 20_000)).toBe(true)
  const again = await runNode(redrive, deployment.env)
  expect(again.code).toBe(0)
  const [letter] = JSON.parse(again.stdout) as HandledView[]
  expect(letter).toMatchObject({ verdict: 'left', meaning: 'done', requestId: 'erp-101' })
  expect(sandbox.effects()).toHaveLength(1)
}

beforeAll(async () => {
  const built = await runNode(['scripts/build.mjs', '--quiet'])
  if (built.code !== 0) throw new Error(built.stderr)
})

afterEach(endAll)

describe('payops dlq redrive, killed between send and remove', () => {
  it('carries out once what SQS moved, keyed by its deduplication id, and an event, keyed by its own', async () => {
    await Promise.all([dieAndGoOn('OperationsDeadLetterQueue'), dieAndGoOn('EventsDeadLetterQueue')])
  }, 120_000)
})
