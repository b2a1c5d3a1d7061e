import { type JoinedLetter, readDeadLetters } from '../../engine/read-dead-letters.js'
import { redriveLetters } from '../../engine/redrive-letters.js'
import { createLetterProgress } from '../operate/letter-progress.js'
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

export type RedriveOptions = LetterOptions & { rate?: string; dryRun?: boolean }

const defaultRate = 10
const rateMax = 1_000

/** Sends the letters that are meant back to the operations queue. Returns the exit code: 1 where one could not be. */
export async function redriveDeadLetters(
  { rate: typedRate, dryRun = false, ...options }: RedriveOptions,
  ids: string[],
  deps: OperateDeps,
): Promise<number> {
  const settings = parseLetterSettings(options, ids)
  const rate = parseRate(typedRate)
  refuseUnbounded(options, ids)
  return withAgreedStore(deps, settings.stage, async app => {
    const all = await readDeadLetters(app, settings.queues)
    await warnOfUnseen(app, settings.queues, all, deps.printError)
    const startedAt = deps.clock.now()
    const wants = (joined: JoinedLetter) => isWanted(joined, settings, startedAt)
    const progress = createLetterProgress(deps, dryRun ? 0 : all.filter(wants).length)
    const report = await redriveLetters(app, {
      queues: settings.queues,
      wants,
      isNamed: () => ids.length > 0 || settings.reason !== undefined,
      rate,
      dryRun,
      replaced: new Set(all.flatMap(({ letter }) => letter.attributes['editedFrom'] ?? [])),
      onEach: progress.step,
    })
    progress.stop()
    const views = report.letters.map(letter => viewHandled(letter, dryRun))
    const missing = ids.filter(id => !views.some(({ messageId }) => messageId === id))
    if (settings.json) deps.print(JSON.stringify(views, null, 2))
    else deps.print(renderHandled(views).join('\n'))
    for (const id of missing) deps.printError(`payops: the queues show no message ${id}`)
    if (report.stoppedWhy !== undefined) deps.printError(`payops: stopped: ${report.stoppedWhy}`)
    if (report.mayHoldMore) deps.printError('payops: there may be more behind what is left: run it again')
    const isClean = report.letters.every(({ verdict }) => verdict === 'redriven' || verdict === 'left')
    return isClean && missing.length === 0 && report.stoppedWhy === undefined ? 0 : 1
  })
}

function parseRate(typed: string | undefined): number {
  const rate = typed === undefined ? defaultRate : /^\d{1,4}(\.\d{1,3})?$/.test(typed) ? Number(typed) : 0
  if (rate <= 0 || rate > rateMax)
    throw new WrongUsage([`--rate: messages a second, more than 0 and at most ${rateMax}`])
  return rate
}
