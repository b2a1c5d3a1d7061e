import { afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { systemClock, systemRandom } from '../../lib/adapters/system.js'
import type { LetterView } from '../../lib/cli/operate/letter-view.js'
import type { OperationRequest } from '../../lib/core/request.js'
import { asEpochMs } from '../../lib/core/time.js'
import { endAll } from '../support/endings.js'
import { type PlantedDeployment, startPlantedDeployment } from '../support/planted-deployment.js'
import { createEntries } from '../support/planted-entries.js'
import { type Ended, runNode } from '../support/run-command.js'
import { sentinelToken } from '../support/sentinel.js'

// A request that names no store is of the functions' default store. A shell that takes it for another store's would look it up
// in the wrong ledger, call it never attempted, and send it to the wrong store.

const done: OperationRequest = {
  requestId: 'erp-1',
  storeHash: 'luma7x2',
  type: 'performOperation',
  paymentId: 117,
  operationCode: 0,
}

/** Applied already, at the functions' default store; then SQS moved a copy that names no store. */
const aDeployment = (): Promise<PlantedDeployment> =>
  startPlantedDeployment(
    [
      {
        seed: { storeHash: 'luma7x2', accessToken: sentinelToken, payments: [], invoices: [] },
        entries: [createEntries(asEpochMs(systemClock.now() - 3_600_000)).succeeded(done)],
        letters: [
          {
            body: '{"requestId":"erp-1","paymentId":117,"operationCode":0}',
            groupId: systemRandom.uuid(),
            attributes: {},
          },
        ],
        findings: [],
      },
    ],
    'local',
    { DEFAULT_STORE_HASH: 'luma7x2' },
  )

const payops = (
  { env }: PlantedDeployment,
  shell: Record<string, string>,
  ...argv: string[]
): Promise<Ended> => runNode(['dist/cli/payops.mjs', ...argv], { ...env, ...shell })

beforeAll(async () => {
  const built = await runNode(['scripts/build.mjs', '--quiet'])
  if (built.code !== 0) throw new Error(built.stderr)
})

afterEach(endAll)

describe('a dead letter that names no store', () => {
  it.each([
    ['names none', {}],
    ['names the same', { DEFAULT_STORE_HASH: 'luma7x2' }],
  ])('is read as of the functions’ default where the shell %s', async (_, shell) => {
    const { stdout, stderr } = await payops(await aDeployment(), shell, 'dlq', 'list', '--json')
    expect(stderr).toBe('')
    expect(JSON.parse(stdout) as LetterView[]).toMatchObject([{ meaning: 'done', storeHash: 'luma7x2' }])
  })

  it.each([
    ['dlq', 'redrive', '--all'],
    ['dlq', 'list'],
    ['submit', '{"paymentId":117,"operationCode":0}'],
  ])('is not read at all where the shell names another: %s %s', async (...argv) => {
    const deployment = await aDeployment()
    const before = await deployment.snapshot()
    const ended = await payops(deployment, { DEFAULT_STORE_HASH: 'nordic4b' }, ...argv)
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(ended.stderr).toContain(
      'DEFAULT_STORE_HASH is nordic4b in this shell, and luma7x2 in the functions',
    )
    expect(await deployment.snapshot()).toEqual(before)
  })

  it('is read by the shell’s word, and says so, where the functions cannot be asked', async () => {
    const shell = { DEFAULT_STORE_HASH: 'luma7x2', AWS_ENDPOINT_URL_LAMBDA: '' }
    const { stdout, stderr } = await payops(await aDeployment(), shell, 'dlq', 'list', '--json')
    expect(JSON.parse(stdout) as LetterView[]).toMatchObject([{ meaning: 'done' }])
    expect(stderr).toContain('DEFAULT_STORE_HASH could not be read (Lambda is not served here)')
  })
})
