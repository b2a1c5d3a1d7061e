import type { AddressInfo } from 'node:net'
import { CreateQueueCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { buildApp } from 'fauxqs'
import type { SqsStore } from '../../../node_modules/fauxqs/dist/sqs/sqsStore.js'
import type { QueueDeclaration } from './declaration.js'
import { loadFauxqsStores } from './load-fauxqs.js'
import { isMapping } from './node-shape.js'
import { scopeDeduplicationToGroups } from './scope-deduplication.js'

export type QueueDepth = { ready: number; delayed: number; inFlight: number }

export type Queues = {
  url: string
  /** Makes the declared queues through the real client; returns their URLs by logical id. */
  create(client: SQSClient, declared: Record<string, QueueDeclaration>): Promise<Record<string, string>>
  depth(queueName: string): QueueDepth
  /** An outage: while it is on, the queue takes no message and says so. */
  refuseSends(queueName: string, refuses: boolean): void
  stop(): Promise<void>
}

/** SQS on a free port of the loopback interface: fauxqs, in memory. */
export async function startQueues(region: string): Promise<Queues> {
  const stores = await loadFauxqsStores()
  const { sqsStore } = stores
  // Without a host of its own fauxqs builds queue URLs on the one it was called by, which resolves everywhere.
  sqsStore.host = ''
  const app = buildApp({ logger: false, defaultRegion: region, stores })
  const refusing = new Set<string>()
  app.addHook('preHandler', async ({ headers, body }, reply) => {
    if (!isRefused(String(headers['x-amz-target']), body, refusing)) return
    await reply
      .code(503)
      .send({ __type: 'ServiceUnavailable', message: 'the queue takes nothing for a while' })
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    create: (client, declared) => createQueues(client, declared, sqsStore),
    depth: queueName => readDepth(sqsStore, queueName),
    refuseSends: (queueName, refuses) =>
      void (refuses ? refusing.add(queueName) : refusing.delete(queueName)),
    stop: () => app.close(),
  }
}

function isRefused(target: string, body: unknown, refusing: ReadonlySet<string>): boolean {
  if (refusing.size === 0 || !target.startsWith('AmazonSQS.SendMessage')) return false
  const url = isMapping(body) ? body['QueueUrl'] : undefined
  return typeof url === 'string' && refusing.has(url.slice(url.lastIndexOf('/') + 1))
}

async function createQueues(client: SQSClient, declared: Record<string, QueueDeclaration>, store: SqsStore) {
  const urls: Record<string, string> = {}
  // SQS wants a dead letter queue to be there before the queue that names it.
  const targetsFirst = Object.entries(declared).sort(
    ([, a], [, b]) => Number('RedrivePolicy' in a.attributes) - Number('RedrivePolicy' in b.attributes),
  )
  for (const [logicalId, { name, attributes }] of targetsFirst) {
    const { QueueUrl } = await client.send(
      new CreateQueueCommand({ QueueName: name, Attributes: attributes }),
    )
    const queue = store.getQueueByName(name)
    if (QueueUrl === undefined || !queue) throw new Error(`The queue ${name} was not created`)
    if (attributes['DeduplicationScope'] === 'messageGroup') scopeDeduplicationToGroups(queue)
    urls[logicalId] = QueueUrl
  }
  return urls
}

function readDepth(store: SqsStore, queueName: string): QueueDepth {
  const queue = store.getQueueByName(queueName)
  if (!queue) throw new Error(`There is no queue ${queueName}`)
  // fauxqs returns what became visible again only when somebody looks.
  queue.processTimers()
  const { ready, delayed, inflight } = queue.inspectMessages()
  return { ready: ready.length, delayed: delayed.length, inFlight: inflight.length }
}
