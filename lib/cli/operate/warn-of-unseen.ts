import { Unavailable } from '../../core/errors.js'
import type { JoinedLetter } from '../../engine/join-letter.js'
import type { LetterQueue } from '../../engine/ports.js'
import type { OperatorApp } from '../../operator-app.js'

/**
 * Where SQS counts more than a look showed, nobody may take the rest for nothing: another person's look or command hides it, or
 * one that was killed, for half a minute. What is behind the first ten of a group is not shown either.
 */
export async function warnOfUnseen(
  { config, inspector }: Pick<OperatorApp, 'config' | 'inspector'>,
  queues: readonly LetterQueue[],
  seen: JoinedLetter[],
  printError: (line: string) => void,
): Promise<void> {
  const urls = { operations: config.deadLetterQueueUrl, events: config.eventsDeadLetterQueueUrl }
  for (const queue of queues) {
    const shown = seen.filter(letter => letter.queue === queue).length
    const counted = await count(inspector, urls[queue].replace(/^.*\//, ''))
    if (counted > shown)
      printError(
        `payops: SQS counts ${counted} in the ${queue} queue, this look showed ${shown}:\nanother look may hide the rest, ask again in half a minute`,
      )
  }
}

async function count(inspector: OperatorApp['inspector'], queueName: string): Promise<number> {
  try {
    const counts = await inspector.countMessages(queueName)
    return counts === undefined ? 0 : counts.waiting + counts.inFlight + counts.delayed
  } catch (error) {
    // A hint that cannot be given hides nothing of what was seen.
    if (!(error instanceof Unavailable)) throw error
    return 0
  }
}
