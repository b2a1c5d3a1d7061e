import { readSubmission, type Submission } from '../../core/read-submission.js'
import { asEpochMs, type EpochMs } from '../../core/time.js'
import { forecastRequests } from '../../engine/forecast-requests.js'
import { awaitRequests, sendRequests } from '../../engine/submit-requests.js'
import type { OperatorApp } from '../../operator-app.js'
import { fitText } from '../operate/fit-text.js'
import type { OperateDeps } from '../operate/open-app.js'
import { type OperateOptions, parseOperateSettings } from '../operate/operate-settings.js'
import { readRequestsText } from '../operate/read-requests-text.js'
import { renderSubmission, type SubmissionView, viewSubmission } from '../operate/submission-view.js'
import { withAgreedStore } from '../operate/with-agreed-store.js'
import { WrongUsage } from '../wrong-usage.js'

export type SubmitOptions = Pick<OperateOptions, 'store' | 'stage' | 'json'> & {
  dryRun?: boolean
  wait?: boolean
  limit: string
  skipInvalid?: boolean
}

type Done = { views: SubmissionView[]; exitCode: number; said: string }

/** More problems than these need not be named to see what is wrong. */
const problemsMax = 20

/** Sends requests, or says what would become of them. Returns the exit code: 1 where one was refused, not sent or failed. */
export async function submitRequests(
  argument: string,
  { dryRun = false, wait = false, limit, skipInvalid = false, ...options }: SubmitOptions,
  deps: OperateDeps,
): Promise<number> {
  const { store, stage, json, olderMs: limitMs = 0 } = parseLimit(options, limit)
  if (dryRun && wait) throw new WrongUsage(['--dry-run and --wait: one of them'])
  const text = await readRequestsText(argument)
  return withAgreedStore(deps, stage, async app => {
    const newKey = (): string => `cli:${deps.random.uuid()}`
    const { submissions, unusable } = readSubmission(text, {
      storeHash: store ?? app.defaultStoreHash,
      newKey,
    })
    for (const { line, problem } of unusable.slice(0, problemsMax))
      deps.printError(fitText(`line ${line}: ${problem}`).join('\n'))
    if (unusable.length > problemsMax) deps.printError(`... and ${unusable.length - problemsMax} more`)
    const isNothing = submissions.length === 0 || (unusable.length > 0 && !skipInvalid)
    if (isNothing) {
      deps.printError(
        unusable.length === 0 ? 'payops: there is no request in it' : 'payops: nothing was sent',
      )
      return 1
    }
    const limitAt = wait ? asEpochMs(deps.clock.now() + limitMs) : undefined
    const done = dryRun ? await foresee(app, submissions) : await send(app, submissions, limitAt, deps)
    if (json) deps.print(JSON.stringify(done.views, null, 2))
    else deps.print([...done.views.flatMap(renderSubmission), '', done.said].join('\n'))
    return unusable.length > 0 ? 1 : done.exitCode
  })
}

function parseLimit(options: OperateOptions, limit: string) {
  try {
    return parseOperateSettings({ ...options, older: limit })
  } catch (error) {
    // It is an age like another's, under a name of its own.
    if (error instanceof WrongUsage) throw new WrongUsage([error.message.replace('--older', '--limit')])
    throw error
  }
}

async function foresee(app: OperatorApp, submissions: Submission[]): Promise<Done> {
  const views: SubmissionView[] = []
  for await (const { submission, forecast } of forecastRequests(app, submissions))
    views.push(viewSubmission(submission, 'no', { forecast }))
  const good = views.filter(({ forecast }) => forecast?.succeeds === true).length
  const said = `${good} of ${views.length} would succeed; nothing was sent.`
  return { views, exitCode: good === views.length ? 0 : 1, said }
}

async function send(
  app: OperatorApp,
  submissions: Submission[],
  limitAt: EpochMs | undefined,
  { printError }: Pick<OperateDeps, 'printError'>,
): Promise<Done> {
  // Interrupted at any moment, a person can tell what was sent under which key, and send it again as the same request.
  const stopped = await sendRequests(app, submissions, ({ line, request, isKeyNew }) => {
    if (isKeyNew) printError(`line ${line} is sent as ${request.requestId}`)
  })
  const sent = new Set(
    submissions.slice(0, stopped === undefined ? undefined : submissions.indexOf(stopped.submission)),
  )
  const awaited = limitAt === undefined ? [] : await awaitRequests(app, [...sent], limitAt)
  const ends = new Map([...sent].map((submission, index) => [submission, awaited[index]]))
  const views = submissions.map(submission => {
    const isSent = sent.has(submission) ? 'yes' : submission === stopped?.submission ? 'notKnown' : 'no'
    return viewSubmission(submission, isSent, { awaited: ends.get(submission) })
  })
  const good = views.filter(({ ledger }) => ledger?.state === 'succeeded').length
  const isGood = stopped === undefined && (limitAt === undefined || good === views.length)
  const said = [
    `${sent.size} of ${views.length} sent`,
    ...(limitAt === undefined ? [] : [`${good} succeeded`]),
    ...(stopped === undefined ? [] : [`stopped: ${stopped.why}; send the rest again, with these keys`]),
  ].join('; ')
  return { views, exitCode: isGood ? 0 : 1, said: fitText(said).join('\n') }
}
