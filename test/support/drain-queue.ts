import { DeleteMessageCommand, type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { credentials, region } from './embedded.js'

/** Every message of a queue, taken off it. */
export async function drainQueue(endpoint: string, QueueUrl: string): Promise<Message[]> {
  const client = new SQSClient({ region, credentials, endpoint })
  const taken: Message[] = []
  try {
    for (;;) {
      const receive = new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['All'],
      })
      const { Messages = [] } = await client.send(receive)
      if (Messages.length === 0) return taken
      taken.push(...Messages)
      // A message group gives out nothing more until what it gave out is gone.
      for (const { ReceiptHandle } of Messages)
        await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
    }
  } finally {
    client.destroy()
  }
}
