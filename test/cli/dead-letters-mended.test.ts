import { afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import type { LetterView } from '../../lib/cli/operate/letter-view.js'
import type { HandledView } from '../../lib/cli/operate/render-handled.js'
import { endAll } from '../support/endings.js'
import { describeWithTool } from '../support/find-tool.js'
import { openLetterQueues } from '../support/letter-queues.js'
import { buryMixed, plantMixed } from '../support/mixed-letters.js'
import { type PlantedDeployment, startPlantedDeployment } from '../support/planted-deployment.js'
import { type Ended, runNode } from '../support/run-command.js'
import { expectNoSentinel } from '../support/sentinel.js'
import { typeInTerminal } from '../support/type-in-terminal.js'
import { waitUntil } from '../support/wait-until.js'

// The built commands that change what lies in the dead-letter queues, against the embedded stack.

const signed = ['--by', 'Ada', '--reason', 'typo of the ERP']

async function aDeployment(): Promise<PlantedDeployment> {
  const deployment = await startPlantedDeployment([plantMixed()])
  await buryMixed(openLetterQueues(deployment))
  return deployment
}

async function payops({ env }: PlantedDeployment, ...argv: string[]): Promise<Ended> {
  const ended = await runNode(['dist/cli/payops.mjs', ...argv], env)
  expectNoSentinel(ended)
  return ended
}

const list = async (deployment: PlantedDeployment, ...argv: string[]) =>
  JSON.parse((await payops(deployment, 'dlq', 'list', '--json', ...argv)).stdout) as LetterView[]

beforeAll(async () => {
  const built = await runNode(['scripts/build.mjs', '--quiet'])
  if (built.code !== 0) throw new Error(built.stderr)
})

afterEach(endAll)

describeWithTool('python3')('payops dlq redrive in a terminal', () => {
  it('draws how far it is, and sends nothing more after Ctrl-C', async () => {
    const deployment = await aDeployment()
    const { code, shown } = await typeInTerminal(
      ['dist/cli/payops.mjs', 'dlq', 'redrive', '--all', '--rate', '1'],
      { awaited: '2 moved', typed: '\u0003' },
      deployment.env,
    )
    expect(shown).toContain('/30  2 moved')
    expect(shown).not.toContain('in all')
    // By the signal, at once: the bar does not take it for its own.
    expect(code).toBe(254)
    const { ready, inFlight } = deployment.stack.queueDepth('OperationsDeadLetterQueue')
    expect(ready + inFlight).toBeGreaterThanOrEqual(24)
  }, 60_000)
})

describe('payops dlq edit', () => {
  it('mends an invalid request, keeps the original on record, and lets it be redriven', async () => {
    const deployment = await aDeployment()
    const [letter] = await list(deployment, '--payment', '151')
    const id = letter?.messageId ?? ''
    const wrong = await payops(deployment, 'dlq', 'edit', id, '--body', '{"paymentId":151}', ...signed)
    expect(wrong).toMatchObject({ code: 1, stdout: '' })
    expect(wrong.stderr).toContain('operationCode')
    const body = '{"requestId":"erp-151","storeHash":"luma7x2","paymentId":151,"operationCode":0}'
    expect(await payops(deployment, 'dlq', 'edit', id, '--body', body, ...signed)).toMatchObject({ code: 0 })
    const [edited, ...others] = await list(deployment, '--payment', '151')
    expect(others).toEqual([])
    expect(edited).toMatchObject({ body, meaning: 'neverAttempted', why: expect.stringContaining('Ada') })
    const redriven = await payops(deployment, 'dlq', 'redrive', edited?.messageId ?? '')
    expect(redriven.stdout).toMatch(/^redriven +1$/m)
    expect(await waitUntil(() => deployment.sandbox.effects().length === 1, 20_000)).toBe(true)
    const history = await payops(deployment, 'history', '151', '--store', 'luma7x2')
    expect(history.stdout).toContain('typo of the ERP')
  }, 60_000)
})

describe('payops dlq discard', () => {
  it('throws away what is done, refuses the rest, and says who did it in the history', async () => {
    const deployment = await aDeployment()
    const done = await payops(deployment, 'dlq', 'discard', '--meaning', 'done', '--json', ...signed)
    expect(done.code).toBe(0)
    const views = JSON.parse(done.stdout) as HandledView[]
    expect(views.map(({ paymentId, verdict }) => `${paymentId} ${verdict}`).sort()).toEqual([
      '101 discarded',
      '102 discarded',
    ])
    const refused = await payops(deployment, 'dlq', 'discard', '--code', 'INVALID_REQUEST', ...signed)
    expect(refused.code).toBe(1)
    expect(refused.stdout).toContain('--even-undone')
    const doubts = await payops(
      deployment,
      ...['dlq', 'discard', '--code', 'IN_DOUBT', '--even-undone', ...signed],
    )
    expect(doubts.stdout).toMatch(/^refused +5$/m)
    expect(await list(deployment)).toHaveLength(28)
    expect((await payops(deployment, 'history', '101')).stdout).toContain('Ada')
  }, 60_000)
})

describe('wrong usage of payops dlq', () => {
  it.each([
    ['redrive of nothing in particular', ['redrive'], '--all means every one', 'redrive'],
    ['discard of nothing in particular', ['discard', ...signed], '--all means every one', 'discard'],
    ['all of some', ['redrive', '--all', '--store', 'a1'], '--all means every message', 'redrive'],
    ['a rate of nothing', ['redrive', '--all', '--rate', '0'], '--rate: messages a second', 'redrive'],
    ['an unknown queue', ['list', '--queue', 'main'], '--queue: must be one of', 'list'],
    ['an unknown meaning', ['list', '--meaning', 'fine'], '--meaning: must be one of', 'list'],
    ['a newer without its unit', ['export', '--newer', '2'], '--newer: a number with', 'export'],
    ['an edit without a body', ['edit', 'x', ...signed], 'either --body', 'edit'],
    ['a discard by nobody', ['discard', 'x', '--reason', 'why'], "required option '--by", 'discard'],
    [
      'a code where the reason belongs',
      ['discard', 'x', '--by', 'Ada', '--reason', 'INVALID_REQUEST'],
      '--code chooses',
      'discard',
    ],
    ['an unknown code', ['discard', '--code', 'NO', ...signed], '--code: must be one of', 'discard'],
  ])('is %s, and the help that is meant is named', async (_, argv, message, verb) => {
    const { code, stdout, stderr } = await runNode(['dist/cli/payops.mjs', 'dlq', ...argv])
    expect(stderr).toContain(message)
    expect(stderr).toContain(`npx payops dlq ${verb} --help`)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })

  it.each(['list', 'show', 'export', 'redrive', 'edit', 'discard'])('%s explains itself', async verb => {
    const { code, stdout } = await runNode(['dist/cli/payops.mjs', 'dlq', verb, '--help'])
    expect(stdout).toContain(`  npx payops dlq ${verb} `)
    expect(stdout.split('\n').filter(line => line.length > 80)).toEqual([])
    expect(code).toBe(0)
  })
})
