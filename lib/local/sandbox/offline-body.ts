import { z } from 'zod'
import { parseAmount } from './amount.js'
import { type Answer, refusals, refuseFields } from './answers.js'

const missing = 'This field is required.'
const reasons = (reason: string) => ({
  error: (issue: { input?: unknown }) =>
    issue.input === undefined || issue.input === null ? missing : reason,
})
const text = z.string(reasons('Not a valid string.')).min(1, 'This field may not be blank.')
const optionalText = z.string('Not a valid string.').nullish()

const lineItem = z.object(
  {
    invoiceId: z.number(reasons('A valid number is required.')),
    amount: z
      .string(reasons('Not a valid string.'))
      .refine(amount => (parseAmount(amount) ?? 0n) > 0n, 'A valid positive amount is required.'),
  },
  'Not a valid line item.',
)

// The published body; its example sends a fundingStatus as text, and fields beyond the published ones are passed over.
const offlineBody = z.object({
  lineItems: z.array(lineItem, reasons('Expected a list of items.')).min(1, 'This list may not be empty.'),
  currency: text,
  details: z.object({ memo: z.string('Not a valid string.').optional() }, reasons('Expected an object.')),
  customerId: text,
  externalId: optionalText,
  externalCustomerId: optionalText,
  payerName: optionalText,
  payerCustomerId: optionalText,
  processingStatus: z.literal([1, 2, 3, 4], 'Not a valid choice.').optional(),
  fundingStatus: z
    .literal([0, 1, 2, 3, '0', '1', '2', '3'], 'Not a valid choice.')
    .transform(Number)
    .optional(),
  channelId: z.number('A valid integer is required.').int('A valid integer is required.').optional(),
})

export type OfflineBody = z.infer<typeof offlineBody>

const currencies = new Set(Intl.supportedValuesOf('currency'))

/** The body of a create or an update, or the 422 that refuses it, which lists every field that is wrong. */
export function parseOfflineBody(body: unknown): { body: OfflineBody } | { refusal: Answer } {
  const parsed = offlineBody.safeParse(body)
  if (!parsed.success) {
    const fields: Record<string, string[]> = {}
    for (const { path, message } of parsed.error.issues) {
      const field = String(path[0] ?? 'body')
      fields[field] = [...new Set([...(fields[field] ?? []), message])]
    }
    return { refusal: refuseFields(fields) }
  }
  if (!currencies.has(parsed.data.currency)) return { refusal: refusals.invalidCurrency }
  return { body: parsed.data }
}
