import { createHash } from 'node:crypto'
import { GroundError } from '../../core/errors.js'
import type { MetricName } from '../../core/metrics.js'
import { bodyBytesMax, readCall, type WebhookCall } from '../../core/webhook/read-call.js'
import { readWebhook } from '../../core/webhook/read-webhook.js'
import { writeIntake } from '../../core/webhook/webhook.js'
import { chooseOperation, type WebhookRules } from '../../core/webhook/webhook-rules.js'
import type { Clock, Log, Metrics } from '../ports.js'
import type { IntakeQueue, VerifySignature, WebhookCredentials } from './ports.js'
import { verifyWebhook } from './verify-webhook.js'

// The door. A call that is no verified webhook of a store gets 401, or 413 for its size, and leaves nothing but a count; one
// of no interest gets 200. One of interest gets 200 when the intake queue has it, and not before. Where Secrets Manager or
// the queue does not answer it gets 503, and the store sends it again, for a day and more.

export type DoorDeps = {
  clock: Clock
  log: Log
  metrics: Metrics
  rules: WebhookRules
  webhookCredentials: WebhookCredentials
  verifySignature: VerifySignature
  intake: IntakeQueue
}

export type DoorStatus = 200 | 401 | 413 | 503
type Decided = { status: DoorStatus; metric: MetricName }

/** The HTTP status that the caller gets. Throws for nothing but a bug. */
export async function receiveWebhook(deps: DoorDeps, call: WebhookCall): Promise<DoorStatus> {
  try {
    const { status, metric } = await take(deps, call)
    deps.metrics.add(metric)
    return status
  } catch (error) {
    // Only our own ground: the store comes again. Nothing of the call is said, for it may be anybody's.
    if (!(error instanceof GroundError)) throw error
    deps.metrics.add('GroundFailures')
    deps.metrics.add('WebhooksNotTaken')
    deps.log.warn('a webhook was not taken: its store sends it again', { error: error.message })
    return 503
  }
}

async function take(deps: DoorDeps, call: WebhookCall): Promise<Decided> {
  if (call.body.byteLength > bodyBytesMax) return { status: 413, metric: 'WebhooksRefused' }
  const claimed = readCall(call, deps.clock.now())
  if (claimed === undefined || !(await verifyWebhook(deps, claimed)))
    return { status: 401, metric: 'WebhooksRefused' }
  const { content, storeHash, id } = claimed
  const scope = typeof content['scope'] === 'string' ? content['scope'] : ''
  if (chooseOperation(deps.rules, { scope, storeHash }) === undefined)
    return { status: 200, metric: 'WebhooksPassedOver' }
  const webhook = readWebhook(content, { scope, storeHash })
  const body = writeIntake(webhook)
  const place =
    'unreadable' in webhook
      ? { groupId: `${storeHash}:unreadable`, deduplicationId: createHash('sha256').update(id).digest('hex') }
      : { groupId: `${storeHash}:order:${webhook.orderId}`, deduplicationId: webhook.hash }
  await deps.intake.send({ body, ...place })
  return { status: 200, metric: 'WebhooksStored' }
}
