import { isMapping } from './node-shape.js'

/** Which messages of a batch stay in the queue: some by id, or all of them, with the reason. */
export type BatchVerdict = { failed: ReadonlySet<string> } | { allFailed: string }

/**
 * What a function with ReportBatchItemFailures answered, judged as Lambda documents it: nothing, or an empty list, is
 * complete success; an id that is empty or not in the batch, or any other shape, is complete failure, so that no
 * message is deleted by a mistake in the answer.
 */
export function judgeBatchAnswer(answer: unknown, messageIds: readonly string[]): BatchVerdict {
  if (answer === null || answer === undefined) return { failed: new Set() }
  if (!isMapping(answer)) return { allFailed: 'the answer is no object' }
  const failures = answer['batchItemFailures'] ?? []
  if (!Array.isArray(failures)) return { allFailed: 'batchItemFailures is no list' }
  const failed = new Set<string>()
  for (const failure of failures) {
    const id = isMapping(failure) ? failure['itemIdentifier'] : undefined
    if (typeof id !== 'string' || !messageIds.includes(id)) {
      return { allFailed: 'an itemIdentifier is not the id of a message of the batch' }
    }
    failed.add(id)
  }
  return { failed }
}
