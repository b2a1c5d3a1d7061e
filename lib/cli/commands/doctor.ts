import { type Finding, isWrong, type Part, whoAsks } from '../../core/diagnose.js'
import { Unavailable } from '../../core/errors.js'
import { createOperatorApp, type OperatorApp } from '../../operator-app.js'
import type { DoctorOptions } from '../doctor/doctor-help.js'
import { examineResources } from '../doctor/examine-resources.js'
import { examineSecrets } from '../doctor/examine-secrets.js'
import { examineLedger, examineLetters, examineQueue } from '../doctor/examine-work.js'
import { findQueueOrAssume } from '../doctor/find-queue-or-assume.js'
import { renderFindings } from '../doctor/render-findings.js'
import type { OperateDeps } from '../operate/open-app.js'
import { parseOperateSettings } from '../operate/operate-settings.js'
import { readConfig } from '../operate/read-config.js'

/** Looks at everything, and changes nothing. Returns the exit code: 1 where something is wrong. */
export async function examineStage(options: DoctorOptions, deps: OperateDeps): Promise<number> {
  const settings = parseOperateSettings(options)
  const config = await readConfig(settings.stage, deps.env, findQueueOrAssume)
  const { stage } = config
  // A refused token or a queue that is out of reach is a finding; nothing has to be said beside them.
  const app = createOperatorApp(config, () => undefined)
  const { findings: declared, names } = await examineResources(app, stage)
  const storeHashes: string[] = []
  const ground = { stage, names }
  const looks: [Part, string, () => Promise<Finding[]>][] = [
    ['secrets', 'the list of secrets', () => listStores(app, settings.store, storeHashes)],
    ['secrets', 'secrets', () => examineSecrets(app, storeHashes, stage)],
    ['work', 'the operations queue', () => examineQueue(app, ground)],
    ['work', 'the ledger', () => examineLedger(app, storeHashes, ground)],
    ['work', 'the dead letters', () => examineLetters(app, ground)],
  ]
  const findings = [...declared]
  for (const [part, subject, look] of looks) findings.push(...(await orFinding(part, subject, look)))
  if (settings.json) deps.print(JSON.stringify(findings, null, 2))
  else {
    const title = `The stage ${stage} in ${config.awsRegion}${config.place.isEmbedded ? ', on this machine' : ''}`
    deps.print([title, '', ...renderFindings(findings)].join('\n'))
  }
  return findings.some(isWrong) ? 1 : 0
}

/** All that have a secret, whatever the default is: each may fail. None at all is a finding. */
async function listStores(
  { stores, config: { stage } }: OperatorApp,
  named: string | undefined,
  into: string[],
): Promise<Finding[]> {
  into.push(...(named === undefined ? await stores.list() : [named]))
  if (into.length > 0) return []
  const why = 'no store has one: nothing can be done'
  const next = `npx payops secrets set <store> --stage ${stage}`
  return [{ part: 'secrets', verdict: 'wrong', subject: 'secrets', why, next }]
}

/** One thing that cannot be looked at hides none of the others. */
async function orFinding(part: Part, subject: string, look: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await look()
  } catch (error) {
    // AWS not answering is something that doctor finds.
    if (!(error instanceof Unavailable)) throw error
    return [{ part, verdict: 'wrong', subject, why: error.message, next: whoAsks }]
  }
}
