import { writeSync } from 'node:fs'

let takesNoMore = false

/**
 * One line to stdout, by a system call: Node's stream for it would have to be made first, which a cold start pays for. Where a
 * pipe that does not block is full, the stream takes the rest, and from then on everything, so that no line gets into another.
 */
export function writeLine(line: string): void {
  const bytes = Buffer.from(`${line}\n`)
  let written = 0
  try {
    while (!takesNoMore && written < bytes.length) written += writeSync(1, bytes, written)
  } catch {
    // EAGAIN, or a reader that is gone: what to do about either the stream knows.
    takesNoMore = true
  }
  if (written < bytes.length) process.stdout.write(bytes.subarray(written))
}
