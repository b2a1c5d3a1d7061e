import type { Contender } from './contenders.js'
import { type Measurement, measureSteady } from './measure-contender.js'
import type { World } from './start-process.js'

/** The same work, more and more of it, each amount in a fresh process: what a message costs must not depend on how many there are. */
export type Growth = Omit<Measurement, 'batchMs' | 'keepsOrder'> & { messages: number }

export async function measureGrowth(
  program: string,
  world: World,
  contender: Contender,
  amounts: number[],
): Promise<Growth[]> {
  const rows: Growth[] = []
  for (const messages of amounts) {
    // Warm before the small amounts too: a cold engine would make them look dear, and growth look good.
    const measured = await measureSteady(program, world, contender, { warmUp: 1_000, steady: messages })
    rows.push({ messages, ...measured })
  }
  return rows
}
