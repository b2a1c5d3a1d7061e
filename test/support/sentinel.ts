import { inspect } from 'node:util'
import { expect } from '@jest/globals'

/** Stands for a store's token in every failure test; whatever leaves is searched for it. It holds what JSON may escape. */
export const sentinelToken = 'sentinel/7f3a"c9\\e1-token'

/** Every way in which a thing is printed by accident: text, JSON, `util.inspect` down to the last hidden property. */
export function expectNoSentinel(...things: unknown[]): void {
  for (const thing of things) {
    const printed = [
      String(thing),
      JSON.stringify(thing) ?? '',
      inspect(thing, { depth: null, showHidden: true, maxStringLength: null, maxArrayLength: null }),
      thing instanceof Error ? `${thing.stack} ${inspect(thing.cause, { depth: null })}` : '',
    ].join('\n')
    // Its beginning and its end alone are too much, too: a message may have been cut, or escaped in the middle.
    for (const part of [sentinelToken, 'sentinel/7f3a', 'e1-token']) expect(printed).not.toContain(part)
  }
}

/** Runs what must fail, and returns what it threw. */
export async function catchError(work: () => unknown): Promise<unknown> {
  try {
    await work()
  } catch (error) {
    // The thrown thing is what the test is about.
    return error
  }
  throw new Error('nothing was thrown')
}
