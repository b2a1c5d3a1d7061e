import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { type OperationRequestInput, parseRequest, requestDetailType } from 'payops'

/**
 * The same from TypeScript: the compiler knows the fields, and `parseRequest` says what payops would refuse before
 * anything is sent. `entries[i]` that the bus did not take are sent again; a repeat of the same requestId does no harm.
 */
export async function request(client: EventBridgeClient, busName: string, requests: OperationRequestInput[]) {
  const bodies = requests.map(asked => JSON.stringify(asked))
  for (const body of bodies) {
    const parsed = parseRequest(body, { requestId: 'given by the bus', storeHash: 'luma7x2' })
    if (!parsed.valid) throw new Error(`payops would refuse ${body}: ${parsed.refusal.message}`)
  }
  const entries = bodies.map(Detail => ({
    EventBusName: busName,
    Source: 'erp',
    DetailType: requestDetailType,
    Detail,
  }))
  const { FailedEntryCount } = await client.send(new PutEventsCommand({ Entries: entries }))
  if (FailedEntryCount !== 0)
    throw new Error(`${FailedEntryCount} of ${entries.length} requests were not taken: send them again`)
}

/** What an ERP sends after it has settled cheque 4711: record the status, then apply the payment to its invoices. */
export const settleAndApply = (paymentId: number, run: string): OperationRequestInput[] => [
  { requestId: `${run}/settle-${paymentId}`, type: 'updateProcessingStatus', paymentId, processingStatus: 3 },
  { requestId: `${run}/apply-${paymentId}`, paymentId, operationCode: 0, metadata: { run } },
]
