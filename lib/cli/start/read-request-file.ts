import { readFileSync, statSync } from 'node:fs'
import { WrongUsage } from '../wrong-usage.js'

/** The bytes of a request file. A file that is not there, or cannot be one, is wrong usage. */
export function readRequestFile(path: string): Uint8Array {
  try {
    if (statSync(path).isDirectory())
      throw new WrongUsage([`--file: ${path} is a directory; name a file of requests, one a line`])
    return readFileSync(path)
  } catch (error) {
    // The system's own words are for programmers; the two usual cases are said plainly.
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new WrongUsage([`--file: there is no file ${path}`])
    if (code === 'EACCES') throw new WrongUsage([`--file: ${path} may not be read by this user`])
    throw error
  }
}
