/**
 * What a log line may say beside its level, time and message. A field that is not listed does not compile, and is not printed
 * where a wider value brings it along; so is whatever is no text, number or truth. A token, a body or a customer's metadata
 * has no field here, which is what keeps them out.
 */
export const logFields = [
  'requestId',
  'storeHash',
  'paymentId',
  'messageId',
  'type',
  'operationCode',
  'processingStatus',
  'status',
  'effect',
  'code',
  'attempt',
  'attempts',
  'receives',
  'apiRequestId',
  'httpStatus',
  'call',
  'meaning',
  'waitMs',
  'tookMs',
  'why',
  'at',
  'error',
  'stack',
  // Of a finding and of a pass of reconciliation.
  'kind',
  'seenAt',
  'asked',
  'sent',
  'ledgerSays',
  'action',
  'acted',
  'actionRequestId',
  'decidedBy',
  'startedAt',
  'endedAt',
  'dryRun',
  'complete',
  'stores',
  'storesNotReached',
  'storesBusy',
  'payments',
  'apiCalls',
  'found',
  'reported',
  'enqueued',
  // Of a look at an order.
  'orderId',
  'invoices',
  'settled',
  'refused',
] as const

export type LogField = (typeof logFields)[number]
export type LogValue = string | number | boolean
export type LogFields = { [field in LogField]?: LogValue | undefined }
