import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { createLedger } from '../../lib/adapters/dynamodb-ledger.js'
import { systemClock } from '../../lib/adapters/system.js'
import { type FindingKind, findingKinds, type ReportCounts } from '../../lib/core/reconcile/finding.js'
import { holdKeyOf } from '../../lib/core/request.js'
import { type Surroundings, startBuiltWorker } from '../support/built-worker.js'
import { aDynamoDb } from '../support/embedded.js'
import { atTheEnd } from '../support/endings.js'
import { type PlantedStore, plantStore } from '../support/planted-store.js'
import { sentinelToken } from '../support/sentinel.js'

// A store with each finding in it twice, and rules that allow whatever can be allowed: a pass does all that it ever does.

const rules: Partial<Record<FindingKind, string>> = {
  completedNotApplied: 'enqueue',
  refundedStillApplied: 'enqueue',
  orderStale: 'enqueue',
  leftBehind: 'enqueue',
  neverAttempted: 'enqueue',
  doubtSettled: 'settle',
}

export const plantEverything = (): PlantedStore =>
  plantStore({
    storeHash: 'luma7x2',
    accessToken: sentinelToken,
    payments: 300,
    counts: Object.fromEntries(findingKinds.map(kind => [kind, 2])),
    now: systemClock.now(),
  })

/** `emulators` asks past the recorder: what a person planted is no call of the function. */
export async function plantInto(
  { emulators, declaration }: Surroundings,
  { entries, letters }: PlantedStore,
): Promise<void> {
  const dynamodb = aDynamoDb(emulators.env['AWS_ENDPOINT_URL_DYNAMODB'] ?? '')
  const ledger = createLedger({ clock: systemClock, dynamodb }, declaration.table.name)
  for (const entry of entries) {
    await ledger.claim(entry, 'planted')
    if (entry.state === 'inDoubt') await ledger.holdPayment(holdKeyOf(entry.request), entry.request.requestId)
  }
  for (const [index, { body, groupId }] of letters.entries()) {
    await emulators.sqs.send(
      new SendMessageCommand({
        QueueUrl: emulators.queueUrls['OperationsDeadLetterQueue'],
        MessageBody: body,
        MessageGroupId: groupId,
        MessageDeduplicationId: `planted-${index}`,
      }),
    )
  }
}

/** Two passes: the first does what is to be done, the second finds where it stopped. */
export async function reachReconcile(around: Surroundings): Promise<ReportCounts> {
  const worker = await startBuiltWorker(around, undefined, {
    functionKey: 'reconcilePayments',
    file: 'reconcile-payments',
    environment: { RECONCILE_RULES: JSON.stringify(rules) },
  })
  atTheEnd(worker.stop)
  const tick = { 'detail-type': 'Scheduled Event', source: 'aws.events', detail: {} }
  const counts = (await worker.invoke(tick, 60_000)) as ReportCounts
  await worker.invoke(tick, 60_000)
  return counts
}
