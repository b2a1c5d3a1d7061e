import { type JoinDeps, type JoinedLetter, joinLetter } from './join-letter.js'
import type { HeldLetter, LetterBox, LetterQueue } from './ports.js'

export type { JoinedLetter } from './join-letter.js'

type Deps = JoinDeps & { letterBox: Pick<LetterBox, 'receive' | 'show'> }

export const letterQueues: readonly LetterQueue[] = ['operations', 'events']
/** A look at a queue ends here, so that one of a hundred thousand messages ends at all. */
const roundsMax = 100

/** Every dead letter that a look into the queues shows, joined with the ledger, the oldest first. Writes nothing. */
export async function readDeadLetters(
  deps: Deps,
  queues: readonly LetterQueue[] = letterQueues,
): Promise<JoinedLetter[]> {
  const letters = (await Promise.all(queues.map(queue => look(deps.letterBox, queue)))).flat()
  const replaced = new Set(letters.flatMap(({ attributes }) => attributes['editedFrom'] ?? []))
  const joined: JoinedLetter[] = []
  for (const letter of letters) joined.push(await joinLetter(deps, letter, letter.queue, replaced))
  return joined.sort((a, b) => a.failedAt - b.failedAt)
}

async function look(box: Deps['letterBox'], queue: LetterQueue): Promise<HeldLetter[]> {
  const seen = new Map<string, HeldLetter>()
  try {
    for (let round = 0; round < roundsMax; round += 1) {
      const before = seen.size
      for (const letter of await box.receive(queue)) seen.set(letter.messageId, letter)
      if (seen.size === before) break
    }
  } finally {
    await box.show([...seen.values()])
  }
  return [...seen.values()]
}
