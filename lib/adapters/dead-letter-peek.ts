import type { Message, SQSClient } from '@aws-sdk/client-sqs'
import type { DeadLetterPeek } from '../engine/ports.js'
import { hideLetters, receiveLetters, toLetter } from './receive-letters.js'

/** SQS shows what is behind a message only while that one is hidden. A pass that is killed leaves them hidden this long. */
const hiddenSeconds = 20
const roundsMax = 100

/**
 * What the dead-letter queue holds, up to 1,000 messages, and of one group the first ten. Nothing is deleted, and what was
 * hidden for the look is shown again after it.
 */
export function createDeadLetterPeek(
  { client }: { client: Pick<SQSClient, 'send'> },
  queueUrl: string,
): DeadLetterPeek {
  return {
    peek: async () => {
      const seen = new Map<string, Message>()
      try {
        for (let round = 0; round < roundsMax; round += 1) {
          const messages = await receiveLetters(client, queueUrl, hiddenSeconds)
          const before = seen.size
          for (const message of messages) seen.set(message.MessageId ?? '', message)
          if (seen.size === before) break
        }
      } finally {
        const handles = [...seen.values()].map(({ ReceiptHandle }) => ReceiptHandle)
        await hideLetters(client, queueUrl, handles, 0)
      }
      return [...seen.values()].map(toLetter)
    },
  }
}
