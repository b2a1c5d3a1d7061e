import type { Clock, HeldLetter, LetterBox, LetterQueue } from './ports.js'

type Deps = { clock: Clock; letterBox: LetterBox }
/** `gone`: it has been removed, so that what is behind it in its group can be seen. */
export type Visit = (letter: HeldLetter, keepHold: KeepHold) => Promise<'gone' | 'kept'>
/** For a visit that takes long: what is shown meanwhile is another person's to redrive, edit or discard. */
export type KeepHold = () => Promise<void>

/** SQS lets no more of a FIFO queue be hidden at a time than twice this. */
const heldMax = 10_000

/**
 * Visits every message of the queues, of each group in order. SQS shows what is behind a message of a group only once that one is
 * gone, or shown again; so the messages that are kept stay hidden until the end of a pass, and passes go on until one removes
 * nothing. A kept message is visited again in each pass. Returns whether there may be more than was seen.
 */
export async function walkLetters(
  deps: Deps,
  queues: readonly LetterQueue[],
  visit: Visit,
): Promise<{ mayHoldMore: boolean }> {
  for (;;) {
    const passes = []
    for (const queue of queues) passes.push(await runPass(deps, queue, visit))
    if (passes.every(({ gone }) => gone === 0))
      return { mayHoldMore: passes.some(({ mayHoldMore }) => mayHoldMore) }
  }
}

/** Of a group SQS shows no more than this at once. */
export const shownOfGroup = 10

async function runPass(
  { clock, letterBox }: Deps,
  queue: LetterQueue,
  visit: Visit,
): Promise<{ gone: number; mayHoldMore: boolean }> {
  const held = new Map<string, HeldLetter>()
  let gone = 0
  let hiddenAt = clock.now()
  const keepHold = async (): Promise<void> => {
    await letterBox.keepHidden([...held.values()])
    hiddenAt = clock.now()
  }
  try {
    while (held.size < heldMax) {
      const batch = await letterBox.receive(queue)
      // Shown a second time: it has been hidden for too long, and everything else has been seen.
      if (batch.every(({ messageId }) => held.has(messageId))) break
      for (const letter of batch) held.set(letter.messageId, letter)
      for (const letter of batch) {
        if (clock.now() - hiddenAt > letterBox.hiddenMs / 3) await keepHold()
        if ((await visit(letter, keepHold)) === 'kept') continue
        held.delete(letter.messageId)
        gone += 1
      }
    }
  } finally {
    await letterBox.show([...held.values()])
  }
  const groups = Map.groupBy(held.values(), ({ groupId }) => groupId)
  const isFull = queue === 'operations' && [...groups.values()].some(group => group.length >= shownOfGroup)
  return { gone, mayHoldMore: held.size >= heldMax || isFull }
}
