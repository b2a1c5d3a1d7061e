import type { Observation } from '../core/diagnose.js'

/** What is not there is told by an error of these names, by the service that was asked. */
const missingNames = [
  'QueueDoesNotExist',
  'AWS.SimpleQueueService.NonExistentQueue',
  'ResourceNotFoundException',
  'TableNotFoundException',
]

/** Makes of whatever a service answers an observation. Of an error only its name goes on: the rest may hold the request. */
export async function inspectWith(look: () => Promise<Observation>): Promise<Observation> {
  try {
    return await look()
  } catch (error) {
    // Every failure to see is something seen: doctor goes on to the next thing.
    const name = nameOf(error)
    if (missingNames.includes(name)) return { seen: 'missing' }
    return name === 'UnknownOperationException' ? { seen: 'notServed' } : { seen: 'failed', why: name }
  }
}

/** undefined where the service says that there is none of it; every other failure goes on. */
export async function orMissing<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask()
  } catch (error) {
    // Not to be there is an answer.
    if (missingNames.includes(nameOf(error))) return undefined
    throw error
  }
}

/** A connection that fails has no name of its own, but a code. */
export function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error'
  return error.name === 'Error' && 'code' in error ? String(error.code) : error.name
}

/** The last part of an ARN or a URL: what the thing is called. */
export const lastPartOf = (address: string): string => address.slice(address.search(/[^:/]*$/))

/** Facts of what is set; what AWS does not tell is not there. */
export const textFacts = (facts: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(facts).flatMap(([name, value]) =>
      value === undefined || value === null ? [] : [[name, String(value)]],
    ),
  )
