import type { Forecast } from '../../core/forecast.js'
import type { Submission } from '../../core/read-submission.js'
import { describeRequest } from '../../core/reconcile/describe.js'
import { paymentIdOf } from '../../core/request.js'
import type { Awaited } from '../../engine/submit-requests.js'
import { type EntryView, viewEntry } from './entry-view.js'
import { fitText } from './fit-text.js'

/** A request of a submission, as `--json` prints it; `body` with what was filled in is what the queue got, or would get. */
export type SubmissionView = {
  line: number
  requestId: string
  storeHash: string
  paymentId?: number
  asked: string
  body: string
  /** `notKnown`: the queue did not answer. */
  sent: 'yes' | 'no' | 'notKnown'
  forecast?: Forecast
  /** What the ledger says in the end; absent: it did not wait, or nothing is there yet. */
  ledger?: EntryView
  conflict?: boolean
}

/** A submission with what became, or would become, of it. */
export function viewSubmission(
  { line, body, request }: Submission,
  sent: SubmissionView['sent'],
  { forecast, awaited }: { forecast?: Forecast; awaited?: Awaited | undefined } = {},
): SubmissionView {
  const paymentId = paymentIdOf(request)
  const entry = awaited !== undefined && 'entry' in awaited ? awaited.entry : undefined
  return {
    line,
    requestId: request.requestId,
    storeHash: request.storeHash,
    ...(paymentId !== undefined && { paymentId }),
    asked: describeRequest(request),
    body,
    sent,
    ...(forecast && { forecast }),
    ...(entry && { ledger: viewEntry(entry) }),
    ...(awaited?.ended === 'conflict' && { conflict: true }),
  }
}

const verdictWords: Record<Forecast['verdict'], string> = {
  wouldPerform: 'would be performed',
  alreadySo: 'already so',
  notAllowed: 'not allowed',
  paymentNotFound: 'payment not found',
  wouldDuplicate: 'would be a duplicate',
  repeat: 'a repeat',
  conflict: 'conflict',
  underWay: 'under way',
  heldByDoubt: 'held by a doubt',
  credentialsMissing: 'credentials missing',
  credentialsRejected: 'credentials rejected',
  cannotTell: 'cannot tell',
}

/** A request and what became of it: its key alone on a line, so that it can be copied. */
export function renderSubmission(view: SubmissionView): string[] {
  const { requestId, storeHash, paymentId, asked } = view
  const about = [storeHash, ...(paymentId === undefined ? [] : [`payment ${paymentId}`]), asked]
  return [
    ...fitText(requestId),
    ...fitText(`line ${view.line}: ${about.join(', ')}`, '  '),
    ...fitText(describeEnd(view), '  '),
  ]
}

function describeEnd({ sent, forecast, ledger, conflict }: SubmissionView): string {
  if (forecast !== undefined) return `${verdictWords[forecast.verdict]}: ${forecast.why}`
  if (conflict === true) return 'conflict: the ledger knows this requestId with other content'
  if (ledger !== undefined) {
    const { state, evidence, error } = ledger
    return `${state}: ${error === undefined ? evidence : `${error.code}, ${error.message}`}`
  }
  if (sent === 'notKnown') return 'the queue did not answer; it may have it'
  return sent === 'yes' ? 'sent' : 'not sent'
}
