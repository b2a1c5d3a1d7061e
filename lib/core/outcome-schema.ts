import * as z from 'zod/mini'
import { errorCodes } from './errors.js'
import { operationTypes } from './request-schema.js'

/**
 * The detail of an outcome event (CONTRACT.md, "Outcome"). `requestId` and `status` identify it: it may arrive more than once.
 * The functions only write outcomes, so this stays out of their bundles; who reads them gets types and a JSON Schema from it.
 */
const text = z.string().check(z.minLength(1))
const instant = z.iso.datetime({ precision: 3 })

export const outcomeSchema = z.strictObject({
  /** The request's own, or the key that its message or event gave it: then any text. */
  requestId: text,
  storeHash: text,
  /** Absent where a refused request's own could not be read. */
  type: z.exactOptional(z.enum(operationTypes)),
  /** Of a create: the new payment's, where known. */
  paymentId: z.exactOptional(z.number().check(z.positive())),
  operationCode: z.exactOptional(z.literal([0, 1, 2, 3])),
  processingStatus: z.exactOptional(z.literal([1, 2, 3, 4])),
  status: z.enum(['succeeded', 'failed', 'inDoubt']),
  effect: z.enum(['performed', 'alreadyDone', 'confirmed', 'none', 'unknown']),
  /** Writes sent to the API: not looks, not throttled tries. */
  attempts: z.int().check(z.nonnegative()),
  /** ISO 8601 in UTC with milliseconds. */
  requestedAt: instant,
  completedAt: instant,
  /** What BigCommerce support asks for. */
  apiRequestId: z.exactOptional(text),
  error: z.exactOptional(
    z.strictObject({ code: z.enum(errorCodes), message: z.string(), httpStatus: z.exactOptional(z.int()) }),
  ),
  metadata: z.exactOptional(z.record(z.string(), z.string())),
})

export type Outcome = z.output<typeof outcomeSchema>
