import { readFile } from 'node:fs/promises'
import { buffer as readAll } from 'node:stream/consumers'
import { WrongUsage } from '../wrong-usage.js'

/** The text of what is to be submitted: the argument itself where it is JSON, stdin for `-`, else a file. */
export async function readRequestsText(argument: string): Promise<string> {
  if (argument.trimStart().startsWith('{')) return argument
  try {
    const bytes = argument === '-' ? await readAll(process.stdin) : await readFile(argument)
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    // The system's own words are for programmers; the usual cases are said plainly.
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    const why = reasons[String(code)]
    if (why === undefined) throw error
    throw new WrongUsage([`${argument}: ${why}; give JSON, a file, or - for stdin`])
  }
}

const reasons: Record<string, string> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'is a directory',
  EACCES: 'may not be read by this user',
  ENAMETOOLONG: 'is no name of a file',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'is not UTF-8 text',
}
