import { writeFileSync } from 'node:fs'
import { type JoinedLetter, readDeadLetters } from '../../engine/read-dead-letters.js'
import { isWanted, type LetterOptions, parseLetterSettings } from '../operate/letter-settings.js'
import { viewLetter } from '../operate/letter-view.js'
import type { OperateDeps } from '../operate/open-app.js'
import { warnOfUnseen } from '../operate/warn-of-unseen.js'
import { withAgreedStore } from '../operate/with-agreed-store.js'
import { WrongUsage } from '../wrong-usage.js'
import { mayHoldMore, thereMayBeMore } from './list-letters.js'

export type ExportOptions = LetterOptions & { out?: string; requests?: boolean }

/** A line of JSON for each letter that is meant, to stdout or to a new file. Returns the exit code. */
export async function exportLetters(
  { out, requests, ...options }: ExportOptions,
  ids: string[],
  deps: OperateDeps,
): Promise<number> {
  const settings = parseLetterSettings(options, ids)
  return withAgreedStore(deps, settings.stage, async app => {
    const all = await readDeadLetters(app, settings.queues)
    await warnOfUnseen(app, settings.queues, all, deps.printError)
    const now = deps.clock.now()
    const wanted = all.filter(joined => isWanted(joined, settings, now))
    const unreadable = requests === true ? wanted.filter(({ request }) => request === undefined) : []
    const lines = wanted.flatMap(joined =>
      requests === true ? requestLine(joined) : JSON.stringify(viewLetter(joined, now)),
    )
    if (out === undefined) for (const line of lines) deps.print(line)
    else writeNew(out, lines)
    deps.printError(`payops: ${lines.length} exported${out === undefined ? '' : ` to ${out}`}`)
    if (unreadable.length > 0)
      deps.printError(`payops: left out, as they are no valid requests: ${unreadable.length}`)
    if (mayHoldMore(all)) deps.printError(`payops: ${thereMayBeMore}`)
    return unreadable.length > 0 ? 1 : 0
  })
}

/** With its key and its store, so that it stays the same request whoever sends it. */
const requestLine = ({ request }: JoinedLetter): string[] =>
  request === undefined ? [] : [JSON.stringify(request)]

function writeNew(path: string, lines: string[]): void {
  try {
    writeFileSync(path, lines.map(line => `${line}\n`).join(''), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    // An export that lies there already may be the only copy of what has been discarded since.
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
    throw new WrongUsage([
      code === 'EEXIST' ? `--out: ${path} is there already` : `--out: ${path} cannot be written (${code})`,
    ])
  }
}
