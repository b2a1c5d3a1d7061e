import type { Finding } from '../core/reconcile/finding.js'

const processingWords = ['incomplete', 'awaiting processing', 'processing', 'completed', 'refunded']
const appliedWords = ['not applied', 'applied']
const operationWords = ['apply', 'revert', 'pull from order', 'operation 3']

/** A code that we have no word for is shown as the number it is. */
const wordFor = (words: string[], code: number | undefined): string | undefined =>
  code === undefined ? undefined : (words[code] ?? `code ${code}`)

export type PaymentWords = { processing: string; applied: string; allowed: string }

/** What the store says about the payment now, in its own terms; '' where it says nothing. */
export function describePayment({ storeSays }: Finding): PaymentWords {
  if (storeSays === undefined) return { processing: '', applied: '', allowed: '' }
  if (storeSays === 'gone') return { processing: 'gone', applied: '', allowed: '' }
  const allowed = storeSays.allowedOperations
  return {
    processing: wordFor(processingWords, storeSays.processingStatus) ?? '',
    applied: wordFor(appliedWords, storeSays.appliedStatus) ?? '',
    allowed:
      allowed === undefined
        ? ''
        : allowed.length === 0
          ? 'nothing'
          : allowed.map(code => wordFor(operationWords, code)).join(', '),
  }
}
