import { Unavailable } from '../../core/errors.js'
import type { LedgerEntry } from '../../core/ledger-entry.js'
import { words } from '../../core/resolve-doubt.js'
import { resolveRequest } from '../../engine/resolve-request.js'
import type { OperatorApp } from '../../operator-app.js'
import { checkSignature } from '../operate/check-signature.js'
import { viewEntry } from '../operate/entry-view.js'
import { fitText } from '../operate/fit-text.js'
import { chooseStores, type OperateDeps, withApp } from '../operate/open-app.js'
import { parseOperateSettings } from '../operate/operate-settings.js'
import { renderEntry } from '../operate/render-entry.js'
import { WrongUsage } from '../wrong-usage.js'

export type ResolveOptions = {
  as: string
  by: string
  reason: string
  store?: string
  stage?: string
  payment?: string
  json?: boolean
}

const verdicts: Record<string, 'done' | 'notDone'> = { done: 'done', 'not-done': 'notDone' }

/** Ends a doubt by a person's word. Returns the exit code: 1 where there is no such doubt, or the word is refused. */
export async function resolveDoubtful(
  requestId: string,
  { as: asked, by, reason, ...options }: ResolveOptions,
  deps: OperateDeps,
): Promise<number> {
  const as = verdicts[asked]
  const { store, stage, json, paymentId } = parseOperateSettings(options)
  const problems = checkSignature({ by, reason })
  if (as === undefined) problems.push('--as: done, or not-done')
  if (as === undefined || problems.length > 0) throw new WrongUsage(problems)
  return withApp(deps, stage, async app => {
    const stores = await chooseStores(app, store)
    const storeHash = await findStore(app, stores, requestId)
    if (storeHash === undefined) {
      // A store without a secret is not among them, and its requests are in the ledger all the same.
      const asked = stores.join(', ') || 'no store'
      const text = `payops: no request ${requestId} in the ledger, of ${asked}; of another, name it with --store`
      deps.printError(fitText(text).join('\n'))
      return 1
    }
    const verdict = { as, by, reason, at: deps.clock.now(), ...(paymentId !== undefined && { paymentId }) }
    const resolved = await tryResolve(app, { storeHash, requestId }, verdict)
    if (!resolved.resolved) {
      deps.printError(fitText(`payops: not resolved: ${resolved.why}`).join('\n'))
      return 1
    }
    const next = nextSteps(resolved.entry, stage)
    if (json) deps.print(JSON.stringify({ ...viewEntry(resolved.entry), next }, null, 2))
    else
      deps.print(
        [
          `${resolved.wasSoBefore ? 'Was resolved before' : 'Resolved'} as ${words[as]}.`,
          '',
          ...renderEntry(viewEntry(resolved.entry)),
          '',
          ...next.flatMap(text => fitText(text)),
        ].join('\n'),
      )
    return 0
  })
}

async function tryResolve(...asked: Parameters<typeof resolveRequest>): ReturnType<typeof resolveRequest> {
  try {
    return await resolveRequest(...asked)
  } catch (error) {
    // Nobody knows how far it came; that does not matter, as long as it is run again.
    if (!(error instanceof Unavailable)) throw error
    return { resolved: false, why: `${error.message}; run the same again, it completes what is left` }
  }
}

/** The store whose ledger knows the request; `WrongUsage` where more than one does. */
async function findStore(app: OperatorApp, stores: string[], requestId: string): Promise<string | undefined> {
  const found = await Promise.all(stores.map(storeHash => app.ledger.read(storeHash, requestId)))
  const known = found.flatMap(entry => (entry === undefined ? [] : [entry.request.storeHash]))
  if (known.length > 1)
    throw new WrongUsage([`--store: ${known.join(' and ')} know a request ${requestId}; name the one`])
  return known[0]
}

/** A resolved doubt leaves its dead letter behind, and those of what it blocked. */
function nextSteps(entry: LedgerEntry, stage: string | undefined): string[] {
  const { storeHash, paymentId } = viewEntry(entry)
  const which = [
    `--store ${storeHash}`,
    ...(paymentId === undefined ? ['--reason IN_DOUBT'] : [`--payment ${paymentId}`]),
    ...(stage === undefined ? [] : [`--stage ${stage}`]),
  ].join(' ')
  return [
    entry.state === 'succeeded'
      ? 'Its dead letter is safe to discard; what it blocked on the payment is safe to redrive:'
      : 'Its dead letter is safe to redrive, as is what it blocked on the payment:',
    `  npx payops dlq list ${which}`,
    `  npx payops dlq redrive ${which}`,
  ]
}
