import { letterQueues, readDeadLetters } from '../../engine/read-dead-letters.js'
import { type LetterOptions, parseLetterSettings } from '../operate/letter-settings.js'
import { viewLetter } from '../operate/letter-view.js'
import type { OperateDeps } from '../operate/open-app.js'
import { renderWholeLetter } from '../operate/render-letters.js'
import { warnOfUnseen } from '../operate/warn-of-unseen.js'
import { withAgreedStore } from '../operate/with-agreed-store.js'

/** All of one message. Returns the exit code: 1 where the queues do not show it. */
export async function showLetter(
  messageId: string,
  options: LetterOptions,
  deps: OperateDeps,
): Promise<number> {
  const { stage, json } = parseLetterSettings(options)
  return withAgreedStore(deps, stage, async app => {
    const all = await readDeadLetters(app)
    const found = all.find(({ letter }) => letter.messageId === messageId)
    if (found === undefined) {
      deps.printError('payops: the dead-letter queues show no message of this id')
      await warnOfUnseen(app, letterQueues, all, deps.printError)
      return 1
    }
    const view = viewLetter(found, deps.clock.now())
    deps.print(json ? JSON.stringify(view, null, 2) : renderWholeLetter(view).join('\n'))
    return 0
  })
}
