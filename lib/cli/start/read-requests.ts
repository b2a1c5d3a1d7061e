import { WrongUsage } from '../wrong-usage.js'
import { readRequestFile } from './read-request-file.js'
import { type ReadContext, type ReadLines, readRequestLines } from './read-request-lines.js'
import type { StartSettings } from './start-settings.js'

/** More lines than these need not be named to see what is wrong. */
const maxNamed = 10

/**
 * The requests of a file. Against the real API, a line for another store than the one that was named is wrong usage: it would
 * wait an hour for credentials that this run does not have.
 */
export function readRequests(file: string, settings: StartSettings, context: ReadContext): ReadLines {
  const read = readRequestLines(readRequestFile(file), context)
  if (settings.mode !== 'api') return read
  const foreign = read.lines.filter(
    line => line.storeHash !== undefined && line.storeHash !== settings.storeHash,
  )
  if (foreign.length === 0) return read
  const named = foreign.slice(0, maxNamed).map(line => `line ${line.number} is for ${line.storeHash}`)
  throw new WrongUsage([
    `--store: this run is for ${settings.storeHash} alone, but in ${file} ${named.join(', ')}; nothing was sent`,
  ])
}
