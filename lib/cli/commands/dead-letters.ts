import { readDeadLetters } from '../../engine/read-dead-letters.js'
import { type LetterView, viewLetter } from '../operate/letter-view.js'
import { type OperateDeps, withApp } from '../operate/open-app.js'
import {
  type OperateOptions,
  type OperateSettings,
  parseOperateSettings,
} from '../operate/operate-settings.js'
import { renderLetters, renderWholeLetter } from '../operate/render-letters.js'

/** What SQS shows of one group at a time, and the look of the whole queue: beyond it there may be more. */
const shownOfGroup = 10
const shownInAll = 1_000

/** Explains the dead-letter queue. Returns the exit code. */
export async function listDeadLetters(options: OperateOptions, deps: OperateDeps): Promise<number> {
  const settings = parseOperateSettings(options)
  return withApp(deps, settings.stage, async app => {
    const all = (await readDeadLetters(app)).map(joined => viewLetter(joined, deps.clock.now()))
    const views = all.filter(view => isWanted(view, settings))
    if (settings.json) deps.print(JSON.stringify(views, null, 2))
    else deps.print(views.length === 0 ? 'No message.' : renderLetters(views).join('\n'))
    if (mayHoldMore(all))
      deps.printError('payops: there may be more: a look shows 1,000 messages, and of a group the first ten')
    return 0
  })
}

/** All of one message. Returns the exit code: 1 where the queue does not show it. */
export async function showDeadLetter(
  messageId: string,
  options: OperateOptions,
  deps: OperateDeps,
): Promise<number> {
  const { stage, json } = parseOperateSettings(options)
  return withApp(deps, stage, async app => {
    const found = (await readDeadLetters(app)).find(({ letter }) => letter.messageId === messageId)
    if (found === undefined) {
      deps.printError('payops: the dead-letter queue shows no message of this id')
      return 1
    }
    const view = viewLetter(found, deps.clock.now())
    deps.print(json ? JSON.stringify(view, null, 2) : renderWholeLetter(view).join('\n'))
    return 0
  })
}

const isWanted = (view: LetterView, { reason, store, paymentId, olderMs }: OperateSettings): boolean =>
  (reason === undefined || view.reason === reason) &&
  (store === undefined || view.storeHash === store) &&
  (paymentId === undefined || view.paymentId === paymentId) &&
  (olderMs === undefined || view.ageMs > olderMs)

function mayHoldMore(views: LetterView[]): boolean {
  const groups = Map.groupBy(views, ({ groupId }) => groupId)
  return views.length >= shownInAll || [...groups.values()].some(group => group.length >= shownOfGroup)
}
