import { DeleteMessageCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { Unavailable } from '../core/errors.js'
import type { HeldLetter, LetterBox, LetterQueue, Log } from '../engine/ports.js'
import { ask, hideLetters, receiveLetters, toLetter } from './receive-letters.js'

type Deps = { log: Log; client: Pick<SQSClient, 'send'> }
export type LetterBoxUrls = { operations: string; deadLetters: string; events: string; webhooks: string }

/** Long enough for a slow batch; a command that is killed leaves its messages hidden this long. */
const hiddenSeconds = 30

/** Both dead-letter queues in a person's hands, and the way back to the queue that a letter came from. */
export function createLetterBox({ client, log }: Deps, urls: LetterBoxUrls): LetterBox {
  const urlOf: Record<LetterQueue, string> = { operations: urls.deadLetters, events: urls.events }
  const hide = async (letters: HeldLetter[], seconds: number): Promise<void> => {
    for (const [queue, held] of Map.groupBy(letters, letter => letter.queue)) {
      const handles = held.map(({ receiptHandle }) => receiptHandle)
      try {
        await hideLetters(client, urlOf[queue], handles, seconds)
      } catch (error) {
        // They show themselves when their time is over; what was done to the others counts for more than this.
        if (!(error instanceof Unavailable)) throw error
        log.warn('messages could not be hidden or shown', { error: error.message })
      }
    }
  }
  return {
    hiddenMs: hiddenSeconds * 1000,
    receive: async queue =>
      (await receiveLetters(client, urlOf[queue], hiddenSeconds)).map(message => ({
        ...toLetter(message),
        queue,
        receiptHandle: message.ReceiptHandle ?? '',
      })),
    keepHidden: letters => hide(letters, hiddenSeconds),
    show: letters => hide(letters, 0),
    remove: async ({ queue, receiptHandle }) => {
      const command = new DeleteMessageCommand({ QueueUrl: urlOf[queue], ReceiptHandle: receiptHandle })
      await ask('DeleteMessage', () => client.send(command))
    },
    send: async (to, { body, groupId, deduplicationId, attributes }) => {
      const command = new SendMessageCommand({
        QueueUrl: urls[to],
        MessageBody: body,
        MessageGroupId: groupId,
        MessageDeduplicationId: deduplicationId,
        MessageAttributes: Object.fromEntries(
          Object.entries(attributes).map(([name, text]) => [name, { DataType: 'String', StringValue: text }]),
        ),
      })
      await ask('SendMessage', () => client.send(command))
    },
  }
}
