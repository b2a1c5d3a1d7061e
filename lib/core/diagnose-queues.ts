import type { Finding } from './diagnose.js'
import { describeSpan } from './diagnose-work.js'
import type { LetterMeaning } from './explain-letter.js'
import type { EpochMs } from './time.js'

export type CountedQueue = { name: string; waiting: number; inFlight: number; delayed: number }
export type SeenLetter = { meaning: LetterMeaning; failedAt: EpochMs }

/** Messages on their way: neither right nor wrong, but the first question of whoever is called at night. */
export const diagnoseOperations = ({ name, waiting, inFlight, delayed }: CountedQueue): Finding => ({
  part: 'work',
  verdict: 'fine',
  subject: name,
  why: `${waiting} waiting, ${inFlight} taken, ${delayed} delayed`,
})

/** What may be done about a dead letter, by what it means. */
const nextOf: Record<LetterMeaning, (stage: string) => string> = {
  done: stage => `npx payops dlq discard --meaning done --by <name> --reason <text> --stage ${stage}`,
  neverAttempted: stage => `npx payops dlq redrive --meaning neverAttempted --stage ${stage}`,
  notExecuted: stage => `npx payops dlq redrive --meaning notExecuted --stage ${stage}`,
  inDoubt: stage => `npx payops dlq redrive --meaning inDoubt --dry-run --stage ${stage}`,
  underWay: stage => `npx payops dlq list --meaning underWay --stage ${stage}`,
  rejected: stage => `npx payops dlq list --meaning rejected --stage ${stage}`,
}

const wordsOf: Record<LetterMeaning, string> = {
  done: 'done already, safe to discard',
  neverAttempted: 'never attempted, safe to redrive',
  notExecuted: 'not executed, safe to redrive',
  inDoubt: 'in doubt, redriven only after a fresh look',
  underWay: 'under way again',
  rejected: 'rejected: the reason has to be mended first',
}

/** One finding for each meaning among the letters that a look showed, and one for the count that SQS gives. */
export function diagnoseLetters(
  counted: CountedQueue[],
  seen: SeenLetter[],
  { now, stage }: { now: EpochMs; stage: string },
): Finding[] {
  const counts = counted.map(({ name, waiting, inFlight, delayed }): Finding => {
    const count = waiting + inFlight + delayed
    return count === 0
      ? { part: 'work', verdict: 'fine', subject: name, why: 'empty' }
      : {
          part: 'work',
          verdict: 'wrong',
          subject: name,
          why: `${count} ${count === 1 ? 'message' : 'messages'}`,
          next: `npx payops dlq list --stage ${stage}`,
        }
  })
  const byMeaning = [...Map.groupBy(seen, ({ meaning }) => meaning)].map(([meaning, letters]): Finding => {
    const oldest = Math.min(...letters.map(({ failedAt }) => failedAt))
    return {
      part: 'work',
      verdict: 'wrong',
      subject: `dead letters: ${letters.length}`,
      why: `${wordsOf[meaning]}; the oldest is ${describeSpan(now - oldest)} old`,
      next: nextOf[meaning](stage),
    }
  })
  return [...counts, ...byMeaning]
}
