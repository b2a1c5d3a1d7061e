import { createHash } from 'node:crypto'
import { maxMessageBytes, type RequestLine } from './read-request-lines.js'

/** SendMessageBatch takes ten entries. */
const maxEntries = 10

/**
 * Lines to batches that may be sent side by side. Each lane is sent in order, one batch after the other, and a group never
 * leaves its lane: so the lines of one payment reach the queue in the order of the file.
 */
export function planBatches(lines: RequestLine[], laneCount: number): RequestLine[][][] {
  const lanes = Array.from({ length: laneCount }, (): RequestLine[] => [])
  for (const line of lines) lanes[laneOf(line.groupId, laneCount)]?.push(line)
  return lanes.map(cutIntoBatches)
}

const laneOf = (groupId: string, laneCount: number): number =>
  createHash('sha256').update(groupId).digest().readUInt32BE(0) % laneCount

function cutIntoBatches(lines: RequestLine[]): RequestLine[][] {
  const batches: RequestLine[][] = []
  let batch: RequestLine[] = []
  let bytes = 0
  for (const line of lines) {
    // The limit of one message is the limit of the whole batch as well.
    if (batch.length === maxEntries || bytes + line.bytes > maxMessageBytes) {
      batches.push(batch)
      batch = []
      bytes = 0
    }
    batch.push(line)
    bytes += line.bytes
  }
  return batch.length === 0 ? batches : [...batches, batch]
}
