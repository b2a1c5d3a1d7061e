import { isoTime } from '../../core/outcome.js'
import { asEpochMs, type EpochMs } from '../../core/time.js'
import { checkSecrets, type SecretFinding } from '../../engine/check-secret.js'
import { fitText } from '../operate/fit-text.js'
import { chooseStores, describeNoStore, type OperateDeps, withApp } from '../operate/open-app.js'
import { type OperateOptions, parseOperateSettings } from '../operate/operate-settings.js'

/** What a store has left, as `--json` prints it; what the API did not say is left out. */
type QuotaView = {
  storeHash: string
  remaining?: number
  limit?: number
  resetsInMs?: number
  resetsAt?: string
  problem?: string
}

/** What each store has left of its quota. Returns the exit code: 1 where one could not be read. */
export async function showQuota(options: OperateOptions, deps: OperateDeps): Promise<number> {
  const { store, stage, json } = parseOperateSettings(options)
  return withApp(deps, stage, async app => {
    const stores = await chooseStores(app, store)
    const findings = await checkSecrets(app, stores)
    const views = findings.map(finding => viewQuota(finding, deps.clock.now()))
    if (json) deps.print(JSON.stringify(views, null, 2))
    else if (views.length === 0) deps.print(describeNoStore(app.config.credentialsSecretPrefix))
    else deps.print(renderQuotas(views).join('\n'))
    return views.length > 0 && views.every(({ problem }) => problem === undefined) ? 0 : 1
  })
}

/** A refused read may still tell of the quota, such as that nothing is left of it. */
function viewQuota({ storeHash, verdict, why, quota }: SecretFinding, now: EpochMs): QuotaView {
  const { resetsInMs } = quota ?? {}
  const isTold = quota?.remaining !== undefined
  const problem = verdict !== 'works' ? why : isTold ? undefined : 'the API did not say what is left'
  return {
    storeHash,
    ...quota,
    ...(resetsInMs !== undefined && { resetsAt: isoTime(asEpochMs(now + resetsInMs)) }),
    ...(problem !== undefined && { problem }),
  }
}

const header = row('store', 'left', 'of', 'resets in')

const renderQuotas = (views: QuotaView[]): string[] => [
  header,
  ...views.flatMap(({ storeHash, remaining, limit, resetsInMs, problem }) => [
    row(storeHash, remaining ?? '?', limit ?? '?', resetsInMs === undefined ? '?' : describeWait(resetsInMs)),
    ...(problem === undefined ? [] : fitText(problem, '  ')),
  ]),
]

function row(store: string, left: string | number, limit: string | number, resets: string): string {
  return `${store.padEnd(33)}${String(left).padStart(8)}${String(limit).padStart(8)}${resets.padStart(12)}`
}

const describeWait = (ms: number): string => `${(ms / 1000).toFixed(1)} s`
