/**
 * Everything that the functions count, with the unit that CloudWatch shows. The alarms and the dashboard in serverless.yml
 * name these; a test holds the two against each other. No store is a dimension: each would be a metric to pay for.
 *
 * How the additions of one invocation become one record: `sum` counts, `lowest` keeps the smallest, `each` keeps every value.
 */
export const metrics = {
  /** Outcomes, each counted when it becomes final; telling it again counts nothing. */
  Succeeded: { unit: 'Count', keeps: 'sum' },
  Failed: { unit: 'Count', keeps: 'sum' },
  InDoubt: { unit: 'Count', keeps: 'sum' },
  /** By effect, of those that succeeded. */
  Performed: { unit: 'Count', keeps: 'sum' },
  AlreadyDone: { unit: 'Count', keeps: 'sum' },
  Confirmed: { unit: 'Count', keeps: 'sum' },
  /** Events that acceptOperation put on the queue. */
  Accepted: { unit: 'Count', keeps: 'sum' },
  /** Letters that the dead-letter queue took. */
  DeadLettered: { unit: 'Count', keeps: 'sum' },
  /** Requests that go back to the operations queue unfinished. */
  Returned: { unit: 'Count', keeps: 'sum' },
  /** The age of the oldest of them: SQS leaves a message that came back three times out of its own ApproximateAgeOfOldestMessage. */
  OldestReturned: { unit: 'Seconds', keeps: 'each' },
  /** Answers 429. */
  Throttled: { unit: 'Count', keeps: 'sum' },
  /** Answers that leave open whether the call was carried out. */
  LostAnswers: { unit: 'Count', keeps: 'sum' },
  /** Times that a store could not be called, for want of credentials or because the API refuses them. */
  CredentialsMissing: { unit: 'Count', keeps: 'sum' },
  CredentialsRejected: { unit: 'Count', keeps: 'sum' },
  /** The ledger, a queue, the bus or Secrets Manager did not answer. */
  GroundFailures: { unit: 'Count', keeps: 'sum' },
  Bugs: { unit: 'Count', keeps: 'sum' },
  /** The least that any store's quota had left. */
  QuotaLeft: { unit: 'Count', keeps: 'lowest' },
  ApiLatency: { unit: 'Milliseconds', keeps: 'each' },
  /** Doubts that wait for a person: told when one comes up, and with the age of the oldest by every pass of reconciliation, also where there is none. */
  OpenDoubts: { unit: 'Count', keeps: 'sum' },
  OldestDoubt: { unit: 'Seconds', keeps: 'each' },
  /** Webhooks, by what the door made of them: on the intake queue; not verified (401) or too large (413); verified and of no interest; verified or not, and not taken because Secrets Manager or the queue did not answer (503). */
  WebhooksStored: { unit: 'Count', keeps: 'sum' },
  WebhooksRefused: { unit: 'Count', keeps: 'sum' },
  WebhooksPassedOver: { unit: 'Count', keeps: 'sum' },
  WebhooksNotTaken: { unit: 'Count', keeps: 'sum' },
  /** Looks at the API for an order's invoices and payments, and webhooks that needed none: a duplicate, or covered by another's look. */
  OrderLooks: { unit: 'Count', keeps: 'sum' },
  WebhooksCovered: { unit: 'Count', keeps: 'sum' },
  /** Webhooks that go back to the intake queue, their order not looked at yet, and the age of the oldest of them. */
  WebhooksReturned: { unit: 'Count', keeps: 'sum' },
  OldestWebhook: { unit: 'Seconds', keeps: 'each' },
  /** What the looks found: orders without an invoice, payments asked to be carried out, payments that do not allow it. */
  OrdersWithoutInvoice: { unit: 'Count', keeps: 'sum' },
  PaymentsAsked: { unit: 'Count', keeps: 'sum' },
  PaymentsPassedOver: { unit: 'Count', keeps: 'sum' },
  /** Webhooks of stores that have switched one of ours off, as reconciliation found them. */
  WebhooksOff: { unit: 'Count', keeps: 'sum' },
} as const

export type MetricName = keyof typeof metrics

export const metricsNamespace = 'payops'
