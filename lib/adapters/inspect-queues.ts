import { GetQueueAttributesCommand, GetQueueUrlCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { Observation } from '../core/diagnose.js'
import { Unavailable } from '../core/errors.js'
import type { MessageCounts } from '../engine/ports.js'
import { inspectWith, lastPartOf, nameOf, orMissing } from './inspect-with.js'

type Deps = { client: Pick<SQSClient, 'send'> }
type Attributes = Record<string, string>

/** A queue by its name: its attributes under SQS's own names, and of its redrive policy the queue and the count. */
export const inspectQueue = ({ client }: Deps, name: string): Promise<Observation> =>
  inspectWith(async () => {
    const found = await readQueue(client, name)
    if (found === undefined) return { seen: 'missing' }
    const { RedrivePolicy, ...facts } = found.attributes
    return { seen: 'there', handle: found.url, facts: { ...facts, ...readRedrive(RedrivePolicy) } }
  })

/** Who may send to a queue beside its own account: AWS's services, in alphabetical order. */
export const inspectQueuePolicy = (
  { client, isEmbedded }: Deps & { isEmbedded: boolean },
  name: string,
): Promise<Observation> =>
  inspectWith(async () => {
    const found = await readQueue(client, name)
    if (found === undefined) return { seen: 'missing' }
    // No right is asked for on the embedded stack, and none is kept.
    if (isEmbedded) return { seen: 'notServed' }
    const senders = readSenders(found.attributes['Policy'])
    return { seen: 'there', handle: found.url, facts: { maySend: senders.join(' ') || 'nobody else' } }
  })

/** undefined: there is no such queue. */
export async function countMessages({ client }: Deps, name: string): Promise<MessageCounts | undefined> {
  try {
    const found = await readQueue(client, name)
    if (found === undefined) return undefined
    const count = (attribute: string): number => Number(found.attributes[attribute] ?? 0)
    return {
      waiting: count('ApproximateNumberOfMessages'),
      inFlight: count('ApproximateNumberOfMessagesNotVisible'),
      delayed: count('ApproximateNumberOfMessagesDelayed'),
    }
  } catch (error) {
    // Translated at the wall: the SDK's own error may hold the whole request.
    throw new Unavailable(`SQS did not tell of ${name}: ${nameOf(error)}`)
  }
}

async function readQueue(
  client: Deps['client'],
  name: string,
): Promise<{ url: string; attributes: Attributes } | undefined> {
  return orMissing(async () => {
    const { QueueUrl: url = '' } = await client.send(new GetQueueUrlCommand({ QueueName: name }))
    const command = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] })
    return { url, attributes: (await client.send(command)).Attributes ?? {} }
  })
}

function readRedrive(text: string | undefined): Record<string, string> {
  if (text === undefined) return {}
  const policy = JSON.parse(text) as { deadLetterTargetArn?: string; maxReceiveCount?: number | string }
  return {
    ...(policy.deadLetterTargetArn !== undefined && {
      deadLetterQueue: lastPartOf(policy.deadLetterTargetArn),
    }),
    ...(policy.maxReceiveCount !== undefined && { maxReceiveCount: String(policy.maxReceiveCount) }),
  }
}

type Statement = { Effect?: string; Principal?: { Service?: string | string[] }; Action?: string | string[] }

function readSenders(text: string | undefined): string[] {
  if (text === undefined) return []
  const { Statement = [] } = JSON.parse(text) as { Statement?: Statement | Statement[] }
  const senders = [Statement].flat().flatMap(({ Effect, Principal, Action = [] }) => {
    const isSending = [Action].flat().some(action => /^sqs:(SendMessage|\*)$/i.test(action))
    return Effect === 'Allow' && isSending ? [Principal?.Service ?? []].flat() : []
  })
  return [...new Set(senders)].sort()
}
