import type { Clock, Random } from '../../core/time.js'
import { type Actions, AwsError, type JsonServer, startJsonServer } from './aws-json-server.js'
import { isMapping, type Mapping } from './node-shape.js'
import { ACCOUNT_ID } from './resolve-intrinsics.js'

/** An event as EventBridge hands it to its targets. */
export type BusEvent = {
  version: '0'
  id: string
  'detail-type': string
  source: string
  account: string
  time: string
  region: string
  resources: string[]
  detail: Mapping
}

export type EventBus = JsonServer & {
  /** The next entries are refused with InternalFailure, one by one, while the call itself succeeds. */
  failNextEntries(times: number): void
}

type Options = {
  clock: Clock
  random: Random
  region: string
  bus: { name: string; arn: string }
  onEvent: (event: BusEvent) => void
  /** What it says of itself and its rules. */
  describing?: Actions
}

type EntryResult = { EventId: string } | { ErrorCode: string; ErrorMessage: string }

const ENTRIES_MAX = 10
// Of all entries of a call together, counted as EventBridge counts.
const SIZE_MAX_BYTES = 1024 * 1024
const TIME_BYTES = 14

/** EventBridge's PutEvents, and what `describing` serves, on a free port of the loopback interface. */
export async function startEventBus(options: Options): Promise<EventBus> {
  let failuresLeft = 0
  const putEntry = (entry: Mapping): EntryResult => {
    if (failuresLeft > 0) {
      failuresLeft -= 1
      return { ErrorCode: 'InternalFailure', ErrorMessage: 'Internal failure.' }
    }
    return acceptEntry(entry, options)
  }
  const server = await startJsonServer('AWSEvents', {
    ...options.describing,
    PutEvents: input => {
      const entries = readEntries(input)
      const results = entries.map(putEntry)
      return { FailedEntryCount: results.filter(result => 'ErrorCode' in result).length, Entries: results }
    },
  })
  return {
    ...server,
    failNextEntries: times => {
      failuresLeft = times
    },
  }
}

function readEntries(input: Mapping): Mapping[] {
  const entries = Array.isArray(input['Entries']) ? input['Entries'].filter(isMapping) : []
  if (entries.length === 0 || entries.length > ENTRIES_MAX) {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length between 1 and ${ENTRIES_MAX}`,
    )
  }
  if (entries.reduce((sum, entry) => sum + sizeOf(entry), 0) > SIZE_MAX_BYTES) {
    throw new AwsError('ValidationException', 'Total size of the entries in the request is over the limit.')
  }
  return entries
}

function acceptEntry(entry: Mapping, { clock, random, region, bus, onEvent }: Options): EntryResult {
  const { Source: source, DetailType: detailType, Detail: text } = entry
  for (const key of ['Source', 'DetailType', 'Detail']) {
    if (typeof entry[key] !== 'string' || entry[key] === '') {
      return {
        ErrorCode: 'InvalidArgument',
        ErrorMessage: `Parameter ${key} is not valid. Reason: ${key} is a required argument.`,
      }
    }
  }
  if (String(source).startsWith('aws.')) {
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' }
  }
  const detail = parseDetail(String(text))
  if (!detail) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' }
  const event: BusEvent = {
    version: '0',
    id: random.uuid(),
    'detail-type': String(detailType),
    source: String(source),
    account: ACCOUNT_ID,
    time: toEventTime(typeof entry['Time'] === 'number' ? entry['Time'] * 1000 : clock.now()),
    region,
    resources: Array.isArray(entry['Resources']) ? entry['Resources'].map(String) : [],
    detail,
  }
  // An event for a bus that does not exist is accepted all the same and goes nowhere: so does AWS (aws/aws-cli#9186).
  if (entry['EventBusName'] === bus.name || entry['EventBusName'] === bus.arn) onEvent(event)
  return { EventId: event.id }
}

function parseDetail(text: string): Mapping | undefined {
  try {
    const detail: unknown = JSON.parse(text)
    return isMapping(detail) ? detail : undefined
  } catch {
    // Not JSON: the entry is refused by its caller.
    return undefined
  }
}

function sizeOf(entry: Mapping): number {
  const texts = [entry['Source'], entry['DetailType'], entry['Detail'], ...[entry['Resources'] ?? []].flat()]
  const bytes = texts.reduce<number>(
    (sum, text) => sum + (typeof text === 'string' ? Buffer.byteLength(text) : 0),
    0,
  )
  return bytes + (entry['Time'] === undefined ? 0 : TIME_BYTES)
}

/** Events carry whole seconds: `2026-11-22T08:04:11Z`. */
export const toEventTime = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`
