import fc from 'fast-check'
import { requestTexts } from './request-texts.js'

/**
 * EventBridge envelopes as text, as Lambda's runtime reads them. AWS writes `id` and `time` itself and lets no event through
 * without them: the malformed ones come only from a wrong trigger or a hand. Not here: a detail that is no JSON, which PutEvents
 * refuses, and a source of `payops` or another detail-type, which the rule of serverless.yml keeps from the function.
 */
export type Envelope = {
  text: string
  /** What the complaint has to name, where the envelope is malformed. */
  lacks?: string
  /** The detail's text, and the id, where it is not. */
  detail: string
  id: string
}

const ids = fc.oneof(
  { weight: 5, arbitrary: fc.uuid() },
  { weight: 1, arbitrary: fc.constantFrom('__proto__', 'e-1', '6a7e8feb-b491-4cf7-a9f1-bf3703467718') },
)
type Fields = Record<string, string>
type Damage = { lacks?: string; change: (fields: Fields) => Fields }

const replace = (name: string, json: string, lacks?: string): Damage => ({
  change: fields => ({ ...fields, [name]: json }),
  ...(lacks !== undefined && { lacks }),
})
const without = (name: string, lacks?: string): Damage => ({
  change: ({ [name]: _, ...others }) => others,
  ...(lacks !== undefined && { lacks }),
})
const damages: fc.Arbitrary<Damage> = fc.oneof(
  { weight: 20, arbitrary: fc.constant<Damage>({ change: fields => fields }) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      without('id', 'id'),
      ...['null', '7', '""', '{}', '["e-1"]'].map(json => replace('id', json, 'id')),
      without('detail', 'detail'),
      without('time', 'time'),
      ...['null', '"yesterday"', '""', '{}', '"2026-13-45T99:00:00Z"'].map(json =>
        replace('time', json, 'time'),
      ),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      without('version'),
      without('source'),
      without('resources'),
      replace('account', 'null'),
      replace('__proto__x', '{"id":"e-9"}'),
      replace('detail-type', '"payment operation requested"'),
      replace('time', '"2026-11-22T08:00:00.123456789Z"'),
    ),
  },
)

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    // Not a detail that PutEvents takes.
    return false
  }
}
const oneMegabyte = `{"paymentId":117,"operationCode":0,"metadata":{"n":"${'.'.repeat(1_000_000)}"}}`
const details = fc.oneof(
  { weight: 500, arbitrary: requestTexts.filter(isJson) },
  { weight: 1, arbitrary: fc.constant(oneMegabyte) },
)

const envelopeOf = (detail: string, id: string, { lacks, change }: Damage): Envelope => {
  const fields = change({
    version: '"0"',
    id: JSON.stringify(id),
    'detail-type': '"Payment Operation Requested"',
    source: '"erp"',
    account: '"000000000000"',
    time: '"2026-11-22T08:00:00Z"',
    region: '"us-east-1"',
    resources: '[]',
    detail,
  })
  const members = Object.entries(fields).map(([name, json]) => `${JSON.stringify(name)}:${json}`)
  return { text: `{${members.join(',')}}`, detail, id, ...(lacks !== undefined && { lacks }) }
}

const noEnvelopes = fc
  .constantFrom('null', '[]', '"event"', '7', 'true', '{}', '{"Records":[]}', '{"detail":{}}')
  .map((text): Envelope => ({ text, lacks: 'id', detail: '', id: '' }))

export const envelopes: fc.Arbitrary<Envelope> = fc.oneof(
  { weight: 60, arbitrary: fc.tuple(details, ids, damages).map(parts => envelopeOf(...parts)) },
  { weight: 1, arbitrary: noEnvelopes },
)
