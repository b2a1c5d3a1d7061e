import { discardLetters } from '../../engine/discard-letters.js'
import { type JoinedLetter, readDeadLetters } from '../../engine/read-dead-letters.js'
import { checkSignature } from '../operate/check-signature.js'
import {
  isWanted,
  type LetterOptions,
  parseLetterSettings,
  refuseUnbounded,
} from '../operate/letter-settings.js'
import type { OperateDeps } from '../operate/open-app.js'
import { renderHandled, viewHandled } from '../operate/render-handled.js'
import { warnOfUnseen } from '../operate/warn-of-unseen.js'
import { withAgreedStore } from '../operate/with-agreed-store.js'
import { WrongUsage } from '../wrong-usage.js'

export type DiscardOptions = Omit<LetterOptions, 'reason'> & {
  /** The error code: `--reason` is the person's own here. */
  code?: string
  by: string
  reason: string
  evenUndone?: boolean
  dryRun?: boolean
}

/** Throws away the letters that are meant, on record. Returns the exit code: 1 where one may not be, or could not. */
export async function discardDeadLetters(
  { code, by, reason, evenUndone = false, dryRun = false, ...filters }: DiscardOptions,
  ids: string[],
  deps: OperateDeps,
): Promise<number> {
  const options = { ...filters, ...(code !== undefined && { reason: code }) }
  const settings = parseDiscard(options, ids)
  const problems = checkSignature({ by, reason })
  if (/^[A-Z]+(_[A-Z]+)+$/.test(reason))
    problems.push('--reason: in your own words; --code chooses by error code')
  if (problems.length > 0) throw new WrongUsage(problems)
  refuseUnbounded(options, ids)
  return withAgreedStore(deps, settings.stage, async app => {
    const all = await readDeadLetters(app, settings.queues)
    await warnOfUnseen(app, settings.queues, all, deps.printError)
    const startedAt = deps.clock.now()
    const report = await discardLetters(app, {
      queues: settings.queues,
      wants: (joined: JoinedLetter) => isWanted(joined, settings, startedAt),
      evenUndone,
      by,
      reason,
      dryRun,
      replaced: new Set(all.flatMap(({ letter }) => letter.attributes['editedFrom'] ?? [])),
    })
    const views = report.letters.map(letter => viewHandled(letter, dryRun))
    const missing = ids.filter(id => !views.some(({ messageId }) => messageId === id))
    if (settings.json) deps.print(JSON.stringify(views, null, 2))
    else deps.print(renderHandled(views).join('\n'))
    for (const id of missing) deps.printError(`payops: the queues show no message ${id}`)
    if (report.stoppedWhy !== undefined) deps.printError(`payops: stopped: ${report.stoppedWhy}`)
    if (report.mayHoldMore) deps.printError('payops: there may be more behind what is left: run it again')
    const isClean = report.letters.every(({ verdict }) => verdict === 'discarded')
    return isClean && missing.length === 0 && report.stoppedWhy === undefined ? 0 : 1
  })
}

function parseDiscard(options: LetterOptions, ids: string[]) {
  try {
    return parseLetterSettings(options, ids)
  } catch (error) {
    // The same filter, under the name that it has here.
    if (!(error instanceof WrongUsage)) throw error
    throw new WrongUsage([error.message.replace('--reason', '--code')])
  }
}
