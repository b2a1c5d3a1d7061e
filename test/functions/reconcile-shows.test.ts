import { afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { systemClock } from '../../lib/adapters/system.js'
import { type FindingKind, findingKinds, type Report } from '../../lib/core/reconcile/finding.js'
import { endAll } from '../support/endings.js'
import { startPlantedDeployment } from '../support/planted-deployment.js'
import { plantStore } from '../support/planted-store.js'
import { runNode } from '../support/run-command.js'
import { expectNoSentinel, sentinelToken } from '../support/sentinel.js'

// The big run: 10,000 payments, every finding in numbers of its own. What it measures is printed.

/** Told at its end by the process itself: the most memory that it ever had, in KiB. */
const tellMemory = `data:text/javascript,process.on('exit',()=>process.stderr.write('maxRSS '+process.resourceUsage().maxRSS+'\\n'))`

const counts = Object.fromEntries(findingKinds.map((kind, index) => [kind, 3 + index])) as Record<
  FindingKind,
  number
>

beforeAll(async () => {
  const built = await runNode(['scripts/build.mjs', '--quiet'])
  if (built.code !== 0) throw new Error(built.stderr)
})

afterEach(endAll)

describe('a full sweep of 10,000 payments', () => {
  it('finds what is planted and nothing else, within its calls and its memory', async () => {
    const plan = { storeHash: 'luma7x2', accessToken: sentinelToken, payments: 10_000, counts, decoys: 20 }
    const store = plantStore({ ...plan, now: systemClock.now() })
    const { env, sandbox } = await startPlantedDeployment([store])
    const startedAt = systemClock.now()
    const argv = ['--import', tellMemory, 'dist/cli/payops.mjs', 'reconcile', '--full', '--json']
    const { code, stdout, stderr } = await runNode(argv, env)
    expectNoSentinel(stdout, stderr)
    expect(code).toBe(1)
    const report = JSON.parse(stdout) as Report
    const found = report.stores.flatMap(({ findings }) => findings)
    expect(found.map(({ kind, paymentId }) => `${kind} ${paymentId}`).sort()).toEqual(store.findings)
    const calls = sandbox.calls().length
    const memoryMiB = Math.ceil(Number(/maxRSS (\d+)/.exec(stderr)?.[1]) / 1024)
    const seconds = ((systemClock.now() - startedAt) / 1000).toFixed(1)
    process.stdout.write(
      `reconcile --full: 10,000 payments, ${found.length} findings, ${calls} calls, ${memoryMiB} MiB, ${seconds} s\n`,
    )
    expect(calls).toBeLessThanOrEqual(Math.ceil(10_000 / 249) + store.findings.length)
    expect(memoryMiB).toBeLessThan(256)
  }, 120_000)
})
