import { SQSClient } from '@aws-sdk/client-sqs'
import type { DeadLetterPeek, DeadLetters, Log, OperationsQueue } from '../engine/ports.js'
import { clientSettings, withoutLogger } from './client-settings.js'
import { createDeadLetterPeek } from './dead-letter-peek.js'
import { createDeadLetters, createOperationsQueue } from './sqs-queues.js'

/** Both queues on one client. */
export function openQueues(
  deps: { log: Log },
  urls: { operations: string; deadLetters: string },
): { queue: OperationsQueue; deadLetters: DeadLetters } {
  const client = withoutLogger(new SQSClient(clientSettings))
  return {
    queue: createOperationsQueue({ ...deps, client }, urls.operations),
    deadLetters: createDeadLetters({ ...deps, client }, urls.deadLetters),
  }
}

export const openDeadLetterPeek = (deadLetterQueueUrl: string): DeadLetterPeek =>
  createDeadLetterPeek({ client: withoutLogger(new SQSClient(clientSettings)) }, deadLetterQueueUrl)
