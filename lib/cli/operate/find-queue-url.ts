import { GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs'
import { WrongUsage } from '../wrong-usage.js'

/** The URL of a queue by its name, asked with the shell's own credentials. */
export async function findQueueUrl(queueName: string, region: string): Promise<string> {
  const client = new SQSClient({ region })
  try {
    const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: queueName }))
    return QueueUrl ?? ''
  } catch (error) {
    // Its name says what is wrong (no such queue, no credentials, no right); its other fields may quote the request.
    const reason = error instanceof Error ? error.name : 'unknown error'
    throw new WrongUsage([
      `the queue ${queueName} was not found in ${region}: ${reason}. Is it the right --stage, region and account?`,
    ])
  } finally {
    client.destroy()
  }
}
