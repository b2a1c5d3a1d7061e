import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Effect } from './sandbox.js'
import type { Change } from './store-state.js'

// One line of JSON for each write, with the records as they are after it. The line is in the file before the answer
// goes out, so a process that is killed at any moment has on disk at least what it has told. A line that was torn by the
// kill was never answered: it is cut off at the next start, as if its request had been lost on the way in.

/** A change without an effect was made by hand. */
export type JournalLine = { storeHash: string; change: Change; effect?: Effect }

export type Journal = {
  /** What was in the journal when it was opened. */
  lines: JournalLine[]
  append(line: JournalLine): void
  close(): void
}

/** Without a directory nothing is kept. */
export function openJournal(directory: string | undefined): Journal {
  if (directory === undefined) return { lines: [], append: () => undefined, close: () => undefined }
  mkdirSync(directory, { recursive: true })
  const path = join(directory, 'sandbox.jsonl')
  const file = openSync(path, 'a+')
  const content = readFileSync(path)
  let size = content.lastIndexOf('\n') + 1
  if (size < content.length) ftruncateSync(file, size)
  let open = true
  return {
    lines: parseLines(content.subarray(0, size).toString(), path),
    append(line) {
      const bytes = Buffer.from(`${JSON.stringify(line)}\n`)
      try {
        for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written)
      } catch (error) {
        // A full disk may have taken half of the line; the next line must not be glued to it.
        ftruncateSync(file, size)
        throw error
      }
      size += bytes.length
    },
    close() {
      if (open) closeSync(file)
      open = false
    },
  }
}

function parseLines(text: string, path: string): JournalLine[] {
  const lines = text.split('\n').slice(0, -1)
  return lines.map((line, index) => {
    try {
      return JSON.parse(line) as JournalLine
    } catch {
      // Only the last line can be torn by a kill; a bad one before it means that something else wrote here.
      throw new Error(
        `${path}: line ${index + 1} is not readable; remove the file to start from the seed again`,
      )
    }
  })
}
