import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { type OperationRequestInput, parseRequest, requestDetailType } from 'payops'

/** What PutEvents takes at once. */
const entriesMax = 10

/**
 * The same from TypeScript: the compiler knows the fields, and `parseRequest` says what payops would refuse before
 * anything is sent. After a throw all may be sent again: a repeat of the same requestId does no harm.
 */
export async function request(client: EventBridgeClient, busName: string, requests: OperationRequestInput[]) {
  const bodies = requests.map(asked => JSON.stringify(asked))
  for (const body of bodies) {
    // A default store belongs here only where payops has the same one as DEFAULT_STORE_HASH.
    const parsed = parseRequest(body, { requestId: 'given by the bus' })
    if (!parsed.valid) throw new Error(`payops would refuse ${body}: ${parsed.refusal.message}`)
  }
  for (let sent = 0; sent < bodies.length; sent += entriesMax) {
    const entries = bodies.slice(sent, sent + entriesMax).map(Detail => ({
      EventBusName: busName,
      Source: 'erp',
      DetailType: requestDetailType,
      Detail,
    }))
    const { FailedEntryCount } = await client.send(new PutEventsCommand({ Entries: entries }))
    if (FailedEntryCount !== 0)
      throw new Error(`${FailedEntryCount} of ${entries.length} requests were not taken: send them again`)
  }
}

/** Applies payments to their invoices: one request a payment, so that none of them has to wait for another. */
export const applyAll = (storeHash: string, paymentIds: number[], run: string): OperationRequestInput[] =>
  paymentIds.map(paymentId => ({
    requestId: `${run}/apply-${paymentId}`,
    storeHash,
    paymentId,
    operationCode: 0,
    metadata: { run },
  }))
