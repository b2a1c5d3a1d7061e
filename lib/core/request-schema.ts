import * as z from 'zod/mini'
import { decimalPattern } from './decimal.js'

/**
 * The shapes of the operation request, one a type. Unknown keys are refused, so that a typing error in `operationCode`
 * cannot pass for a default; each rule's message says what has to be there.
 */

export const operationTypes = [
  'performOperation',
  'updateProcessingStatus',
  'createOfflinePayment',
  'updateOfflinePayment',
  'deletePayment',
] as const
export type OperationType = (typeof operationTypes)[number]

const oneOf = <const T extends readonly number[]>(values: T) =>
  z.literal(values, { error: `must be the number ${values.slice(0, -1).join(', ')} or ${values.at(-1)}` })

const text = (error = 'must be a non-empty string') => z.string({ error }).check(z.minLength(1, { error }))

const paymentIdRule = 'must be a number from 0.000001 to 9007199254740991, or such a number as a string'
/**
 * Larger ids are refused: as a double they would name another payment than the one that was meant. So are smaller ones:
 * JavaScript writes them with an exponent, and only digits and a point may reach the URL.
 */
const paymentIdNumber = z
  .number({ error: paymentIdRule })
  .check(
    z.minimum(0.000001, { error: paymentIdRule }),
    z.maximum(Number.MAX_SAFE_INTEGER, { error: paymentIdRule }),
  )
export const paymentIdSchema = z.union(
  [
    paymentIdNumber,
    z.pipe(
      z.pipe(z.string().check(z.regex(/^(?=.*[1-9])[0-9]{1,17}(\.[0-9]{1,8})?$/)), z.transform(Number)),
      paymentIdNumber,
    ),
  ],
  { error: paymentIdRule },
)

const positiveNumber = (error: string) =>
  z.number({ error }).check(z.positive({ error }), z.maximum(Number.MAX_SAFE_INTEGER, { error }))

const lineItem = z.strictObject(
  {
    invoiceId: positiveNumber('must be a positive number'),
    amount: z
      .string({ error: 'must be a decimal string such as "20.00"' })
      .check(
        z.regex(decimalPattern, { error: 'must be a decimal string such as "20.00"' }),
        z.regex(/[1-9]/, { error: 'must be more than zero' }),
      ),
  },
  { error: issue => objectError(issue) },
)

/** Looked for again after a lost answer, by exact comparison: what a store might trim, cut or replace would never be found. */
const externalIdRule =
  'must be 1 to 255 characters of well-formed text that neither begins nor ends with white space'
export const externalIdSchema = z.string({ error: externalIdRule }).check(
  z.refine(id => id.length > 0 && id.length <= 255 && id.trim() === id && id.isWellFormed(), {
    error: externalIdRule,
  }),
)

const offlinePaymentFields = {
  lineItems: z
    .array(lineItem, { error: 'must be a list of line items' })
    .check(z.minLength(1, { error: 'must hold at least one line item' })),
  currency: z
    .string({ error: 'must be a currency code such as USD' })
    .check(z.regex(/^[A-Z]{3}$/, { error: 'must be a currency code such as USD' })),
  details: z.strictObject(
    { memo: z.optional(z.string({ error: 'must be a string' })) },
    { error: issue => objectError(issue) },
  ),
  customerId: text(),
  externalId: z.optional(externalIdSchema),
  externalCustomerId: z.optional(text()),
  payerName: z.optional(text()),
  payerCustomerId: z.optional(text()),
  processingStatus: z.optional(oneOf([1, 2, 3, 4])),
}

const newPayment = z.strictObject(
  { ...offlinePaymentFields, channelId: z.optional(z.int({ error: 'must be a whole number' })) },
  { error: issue => objectError(issue) },
)
const changedPayment = z.strictObject(
  { ...offlinePaymentFields, fundingStatus: z.optional(oneOf([0, 1, 2, 3])) },
  { error: issue => objectError(issue) },
)
export type NewOfflinePayment = z.output<typeof newPayment>
export type ChangedOfflinePayment = z.output<typeof changedPayment>

const requestIdRule = 'must be 1 to 128 characters of A-Z a-z 0-9 . _ : / -'
export const requestIdSchema = z
  .string({ error: requestIdRule })
  .check(z.regex(/^[A-Za-z0-9._:/-]{1,128}$/, { error: requestIdRule }))
const storeHashRule = 'must be 1 to 32 characters of a-z 0-9'
export const storeHashSchema = z
  .string({ error: storeHashRule })
  .check(z.regex(/^[a-z0-9]{1,32}$/, { error: storeHashRule }))

export const metadataSchema = z
  .record(z.string(), z.string({ error: 'must be a string' }), { error: 'must be an object of strings' })
  .check(z.refine(values => Object.keys(values).length <= 10, { error: 'must hold at most 10 values' }))

const common = {
  requestId: z.optional(requestIdSchema),
  storeHash: z.optional(storeHashSchema),
  metadata: z.optional(metadataSchema),
}

export const requestShapes = {
  performOperation: z.strictObject({
    ...common,
    type: z.literal('performOperation'),
    paymentId: paymentIdSchema,
    operationCode: oneOf([0, 1, 2, 3]),
  }),
  updateProcessingStatus: z.strictObject({
    ...common,
    type: z.literal('updateProcessingStatus'),
    paymentId: paymentIdSchema,
    processingStatus: oneOf([1, 2, 3, 4]),
  }),
  createOfflinePayment: z.strictObject({
    ...common,
    type: z.literal('createOfflinePayment'),
    payment: newPayment,
  }),
  updateOfflinePayment: z.strictObject({
    ...common,
    type: z.literal('updateOfflinePayment'),
    paymentId: paymentIdSchema,
    payment: changedPayment,
  }),
  deletePayment: z.strictObject({ ...common, type: z.literal('deletePayment'), paymentId: paymentIdSchema }),
}

const objectError = (issue: { code?: string | undefined }): string | undefined =>
  issue.code === 'invalid_type' ? 'must be an object' : undefined
