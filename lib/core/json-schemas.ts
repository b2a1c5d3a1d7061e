import * as z from 'zod/mini'
import { outcomeSchema } from './outcome-schema.js'
import { externalIdSchema, metadataSchema, requestShapes } from './request-schema.js'

/**
 * The request and the outcome as JSON Schema (draft 2020-12), for producers and consumers in other languages. Made from
 * the schemas that payops itself checks with; written to docs/schemas/ by `npm run schemas`.
 *
 * Whatever payops accepts, the schema of the request accepts. It cannot say everything. payops alone refuses: ids out of range
 * that are written as text, text that is not well-formed Unicode, lengths counted in UTF-16, an own key `__proto__`, a body over
 * 256 KiB, and a missing storeHash without a default.
 */
export type JsonSchema = Record<string, unknown>

export const requestJsonSchema = (): JsonSchema => ({
  ...describe('operation-request', 'Operation request'),
  description:
    'What payops is asked to do: the body of an SQS message, the detail of an EventBridge event "Payment Operation Requested", or a line of a .jsonl file.',
  anyOf: Object.values(requestShapes).map(shape => ({ title: typeOf(shape), ...withDefaultType(shape) })),
})

export const outcomeJsonSchema = (): JsonSchema => ({
  ...describe('operation-outcome', 'Operation outcome'),
  description:
    'What became of a request: the detail of an EventBridge event from source "payops". Delivered at least once; requestId and status identify it. A later version may add fields: pass over those that you do not know.',
  ...generate(outcomeSchema),
})

const describe = (name: string, title: string): JsonSchema => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: `urn:payops:${name}:1`,
  title,
})

/** By name of the property, wherever it stands. */
const descriptions: Record<string, string> = {
  requestId: 'The idempotency key, unique for a store. Absent in a request: the id of its message or event.',
  storeHash: 'The store. Absent in a request: DEFAULT_STORE_HASH.',
  type: 'What is asked; absent in a request: performOperation.',
  paymentId: "The payment, by the API's id.",
  operationCode:
    '0 apply to invoice balances, 1 revert invoice balances, 2 pull updates from the order, 3 published without a description.',
  processingStatus: '1 awaiting processing, 2 processing, 3 completed, 4 refunded.',
  fundingStatus: 'As published: 0 to 3.',
  payment: 'The offline payment body of the API.',
  externalId:
    "The ERP's own id of the payment, by which it is found again after a lost answer. Absent in a create: the requestId.",
  amount: 'A decimal string, never a float: "20.00".',
  currency: 'A currency code such as USD.',
  metadata: 'At most 10 strings, handed through from the request to its outcome.',
  status: 'With requestId, what identifies an outcome.',
  effect:
    'performed: this request did it; confirmed: the answer was lost and a look showed that it was done; alreadyDone: the wanted state was there already; none; unknown.',
  attempts: 'Writes sent to the API, not looks and not throttled tries.',
  apiRequestId: 'The id that BigCommerce support asks for.',
}

type Shape = (typeof requestShapes)[keyof typeof requestShapes]

const typeOf = (shape: Shape): string => [...shape.shape.type._zod.values].join()

/** The parser fills in the default type before it looks at the shape. */
function withDefaultType(shape: Shape): JsonSchema {
  const schema = generate(shape)
  const { required } = schema
  return typeOf(shape) === 'performOperation' && Array.isArray(required)
    ? { ...schema, required: required.filter(name => name !== 'type') }
    : schema
}

function generate(schema: z.core.$ZodType): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      for (const [name, property] of Object.entries(jsonSchema.properties ?? {})) {
        const description = descriptions[name]
        if (description !== undefined && typeof property === 'object') property.description = description
      }
      // Rules that are code: as much of them as a schema can say.
      if (zodSchema === metadataSchema) jsonSchema.maxProperties = 10
      // Who reads must not break when a field is added; that we write no other is checked by the tests.
      if (zodSchema === outcomeSchema) delete jsonSchema.additionalProperties
      if (zodSchema === externalIdSchema) {
        Object.assign(jsonSchema, { minLength: 1, maxLength: 255, pattern: '^\\S([\\s\\S]*\\S)?$' })
      }
    },
  })
  return rest
}
