import { readFileSync } from 'node:fs'
import { describeRequest } from '../../core/reconcile/describe.js'
import { editLetter } from '../../engine/edit-letter.js'
import { checkSignature } from '../operate/check-signature.js'
import { fitText } from '../operate/fit-text.js'
import type { OperateDeps } from '../operate/open-app.js'
import { type OperateOptions, parseOperateSettings } from '../operate/operate-settings.js'
import { withAgreedStore } from '../operate/with-agreed-store.js'
import { WrongUsage } from '../wrong-usage.js'

export type EditOptions = OperateOptions & { body?: string; bodyFile?: string; by: string; reason: string }

/** Puts another body in the place of a dead letter's. Returns the exit code: 1 where it may not be. */
export async function editDeadLetter(
  messageId: string,
  { body, bodyFile, by, reason, ...options }: EditOptions,
  deps: OperateDeps,
): Promise<number> {
  const { stage, json } = parseOperateSettings(options)
  const problems = checkSignature({ by, reason })
  if ((body === undefined) === (bodyFile === undefined))
    problems.push('the new body: either --body <json> or --body-file <file>')
  if (problems.length > 0) throw new WrongUsage(problems)
  const text = body ?? readBody(bodyFile ?? '')
  return withAgreedStore(deps, stage, async app => {
    const edited = await editLetter(app, { messageId, body: text, by, reason })
    if (!edited.edited) {
      deps.printError(`payops: not edited: ${edited.why}`)
      return 1
    }
    const { requestId, storeHash } = edited.request
    const asked = describeRequest(edited.request)
    if (json) deps.print(JSON.stringify({ edited: true, request: edited.request }, null, 2))
    else
      deps.print(
        [
          ...fitText(`Edited: ${asked}, request ${requestId}, store ${storeHash}.`),
          ...fitText('The original is on record (payops history). Nothing is sent before a redrive.'),
        ].join('\n'),
      )
    if (edited.staysWhy === undefined) return 0
    deps.printError(`payops: the old message is still there, discard it: ${edited.staysWhy}`)
    return 1
  })
}

function readBody(path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '')
  } catch (error) {
    // A path that cannot be read was typed.
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
    throw new WrongUsage([`--body-file: ${path} cannot be read (${code})`])
  }
}
