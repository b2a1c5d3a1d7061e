import { parseReconcileConfig, type ReconcileConfig } from '../../config.js'
import { InvalidConfig } from '../../core/errors.js'
import { WrongUsage } from '../wrong-usage.js'
import { completeEnvironment, type FindQueueUrl } from './complete-environment.js'
import { findQueueUrl } from './find-queue-url.js'
import { type Place, readPlace } from './read-place.js'

/** What a command knows beyond the functions: their environment, and what only a person's tool looks into. */
export type OperatorConfig = ReconcileConfig & {
  stage: string
  eventsDeadLetterQueueUrl: string
  webhookQueueUrl: string
  place: Place
}

/** The functions' environment as the shell and the stage give it. What a cold start would refuse was typed or exported here. */
export async function readConfig(
  stage: string | undefined,
  env: Record<string, string | undefined>,
  find: FindQueueUrl = findQueueUrl,
): Promise<OperatorConfig> {
  const completed = await completeEnvironment(env, stage, find)
  try {
    return {
      ...parseReconcileConfig(completed),
      stage: completed['STAGE'] ?? '',
      eventsDeadLetterQueueUrl: completed['EVENTS_DEAD_LETTER_QUEUE_URL'] ?? '',
      webhookQueueUrl: completed['WEBHOOK_QUEUE_URL'] ?? '',
      place: readPlace(env),
    }
  } catch (error) {
    // Every other error is a bug, and stays one.
    if (error instanceof InvalidConfig) throw new WrongUsage([error.message])
    throw error
  }
}
