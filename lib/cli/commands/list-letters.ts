import { type JoinedLetter, readDeadLetters } from '../../engine/read-dead-letters.js'
import { shownOfGroup } from '../../engine/walk-letters.js'
import { isWanted, type LetterOptions, parseLetterSettings } from '../operate/letter-settings.js'
import { viewLetter } from '../operate/letter-view.js'
import type { OperateDeps } from '../operate/open-app.js'
import { renderLetters } from '../operate/render-letters.js'
import { warnOfUnseen } from '../operate/warn-of-unseen.js'
import { withAgreedStore } from '../operate/with-agreed-store.js'

/** A look at a queue ends here: beyond it there may be more. */
const shownInAll = 1_000

/** Explains the dead-letter queues. Returns the exit code. */
export async function listLetters(options: LetterOptions, deps: OperateDeps): Promise<number> {
  const settings = parseLetterSettings(options)
  return withAgreedStore(deps, settings.stage, async app => {
    const all = await readDeadLetters(app, settings.queues)
    await warnOfUnseen(app, settings.queues, all, deps.printError)
    const now = deps.clock.now()
    const views = all.filter(joined => isWanted(joined, settings, now)).map(joined => viewLetter(joined, now))
    if (settings.json) deps.print(JSON.stringify(views, null, 2))
    else deps.print(views.length === 0 ? 'No message.' : renderLetters(views).join('\n'))
    if (mayHoldMore(all)) deps.printError(`payops: ${thereMayBeMore}`)
    return 0
  })
}

export const thereMayBeMore = 'there may be more: a look shows 1,000 messages,\nand of a group the first ten'

export function mayHoldMore(letters: JoinedLetter[]): boolean {
  const groups = Map.groupBy(
    letters.filter(({ queue }) => queue === 'operations'),
    ({ letter }) => letter.groupId,
  )
  return letters.length >= shownInAll || [...groups.values()].some(({ length }) => length >= shownOfGroup)
}
