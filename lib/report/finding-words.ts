import type { FindingKind } from '../core/reconcile/finding.js'

export type FindingWords = {
  /** Fits a table cell and the label of a bar. */
  title: string
  /** What it means for the money, in one sentence. */
  means: string
  /** What a person does about it. */
  toDo: string
}

/** Every sentence that people read about a finding, so that the page, the CSV file and the docs say the same. */
export const findingWords: Record<FindingKind, FindingWords> = {
  completedNotApplied: {
    title: 'Completed but not applied',
    means: 'The money has arrived, and the invoices it pays still show the full balance.',
    toDo: 'Apply the payment to its invoice balances, or let the rule ask for it.',
  },
  refundedStillApplied: {
    title: 'Refunded but still applied',
    means: 'The money went back to the buyer, and the invoices still count it as paid.',
    toDo: 'Revert the invoice balances, or let the rule ask for it.',
  },
  orderStale: {
    title: 'Order has changed since',
    means: 'The payment belongs to an order that has changed, and the store offers to pull the changes.',
    toDo: 'Pull the updates from the order, or let the rule ask for it.',
  },
  ledgerAheadOfStore: {
    title: 'Done by us, not so in the store',
    means: 'Our ledger says that the request succeeded, and the store no longer shows its result.',
    toDo: 'Ask who changed the payment in the store since; if nobody meant to, ask for the operation again.',
  },
  doubtSettled: {
    title: 'Doubt that can be settled now',
    means: 'The answer to a write was lost; the store now proves whether the write was carried out.',
    toDo: 'Settle it with the evidence shown, or let the rule do so; later writes on the payment then go on.',
  },
  doubtOpen: {
    title: 'Doubt that cannot be settled',
    means: 'The answer to a write was lost, and nothing in the store proves whether it was carried out.',
    toDo: 'Look at the payment in the store, decide, and resolve the doubt by hand; until then it holds the payment.',
  },
  leftBehind: {
    title: 'Left behind by a crash',
    means: 'A request was being worked on when its worker stopped, and nobody has taken it up again.',
    toDo: 'Send the same request again, or let the rule do so: it is never carried out twice.',
  },
  paymentGone: {
    title: 'Payment is gone',
    means: 'We have carried out an operation on this payment, and the store no longer has it.',
    toDo: 'Ask who deleted it, and check the balances of the invoices it had paid.',
  },
  neverAttempted: {
    title: 'Set aside, never attempted',
    means: 'The queue gave up on the request before it was tried once; nothing was sent to the store.',
    toDo: 'Send it again, or let the rule do so.',
  },
  duplicateExternalId: {
    title: 'Same external id twice',
    means: 'Two or more offline payments carry one external id: the same money may be recorded twice.',
    toDo: 'Compare the payments with the bank statement, and delete those that are one too many.',
  },
  webhookOff: {
    title: 'Webhook does not come',
    means: 'The store no longer tells us of changed orders, so their payments are not pulled by themselves.',
    toDo: 'Run payops webhooks create for the store, and pull the payments of what has changed meanwhile.',
  },
}
