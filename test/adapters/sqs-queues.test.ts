import { createHash } from 'node:crypto'
import { type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterEach, describe, expect, it } from '@jest/globals'
import { createDeadLetters, createOperationsQueue } from '../../lib/adapters/sqs-queues.js'
import { Unavailable } from '../../lib/core/errors.js'
import type { DeadLetter } from '../../lib/engine/ports.js'
import { startJsonServer } from '../../lib/local/stack/aws-json-server.js'
import { credentials, region, startEmbeddedQueues } from '../support/embedded.js'
import { atTheEnd, endAll } from '../support/endings.js'
import { createRecordedLog } from '../support/recorded-log.js'
import { catchError, expectNoSentinel, sentinelToken } from '../support/sentinel.js'

afterEach(endAll)

/** What the client asked for of one action, in order. */
function recordInputs(client: SQSClient, action: string): Record<string, unknown>[] {
  const inputs: Record<string, unknown>[] = []
  client.middlewareStack.add(
    (next, context) => args => {
      if (context.commandName === `${action}Command`) inputs.push({ ...args.input })
      return next(args)
    },
    { step: 'initialize', name: `record ${action}` },
  )
  return inputs
}

async function receive(client: SQSClient, queueUrl: string): Promise<Message[]> {
  const command = new ReceiveMessageCommand({
    QueueUrl: queueUrl,
    MaxNumberOfMessages: 10,
    MessageAttributeNames: ['All'],
    MessageSystemAttributeNames: ['All'],
  })
  return (await client.send(command)).Messages ?? []
}

async function receiveAll(client: SQSClient, queueUrl: string): Promise<Message[]> {
  const all: Message[] = []
  for (;;) {
    const some = await receive(client, queueUrl)
    if (some.length === 0) return all
    all.push(...some)
  }
}

const textsOf = (message: Message | undefined) =>
  Object.fromEntries(
    Object.entries(message?.MessageAttributes ?? {}).map(([name, value]) => [name, value.StringValue]),
  )

async function anOperationsQueue() {
  const queues = await startEmbeddedQueues()
  const log = createRecordedLog()
  const queue = createOperationsQueue({ log, client: queues.client }, queues.operationsQueueUrl)
  const send = (index: number, groupId = `luma7x2:${index}`) =>
    queue.send({
      body: `{"paymentId":${index},"operationCode":0}`,
      groupId,
      deduplicationId: `d-${index}`,
      source: 'eventbridge',
    })
  const take = () => receive(queues.client, queues.operationsQueueUrl)
  return { ...queues, log, queue, send, take }
}

const handlesOf = (messages: Message[]) => messages.map(({ ReceiptHandle = '' }) => ReceiptHandle)

describe('createOperationsQueue', () => {
  it('sends a message with its group, its deduplication id and where it came from', async () => {
    const { queue, take } = await anOperationsQueue()
    const body = '\uFEFF{"metadata":{"note":"é\u{1F9FE}\\n"}}\r\n'
    await queue.send({ body, groupId: 'luma7x2:117', deduplicationId: 'e-1', source: 'webhook' })
    const [message, ...more] = await take()
    expect(more).toEqual([])
    expect(message).toMatchObject({
      Body: body,
      Attributes: { MessageGroupId: 'luma7x2:117', MessageDeduplicationId: 'e-1' },
    })
    expect(textsOf(message)).toEqual({ source: 'webhook' })
  })

  it('makes one message of one that is sent twice', async () => {
    const { send, depth } = await anOperationsQueue()
    await send(1)
    await send(1)
    expect(depth('OperationsQueue')).toMatchObject({ ready: 1 })
  })

  it('makes a message come back at once, or not before its delay', async () => {
    const { queue, send, take, depth } = await anOperationsQueue()
    await send(1)
    await send(2)
    const messages = await take()
    const [first = '', second = ''] = handlesOf(messages)
    await queue.delay([
      { receiptHandle: first, delayMs: 0 },
      { receiptHandle: second, delayMs: 60_000 },
    ])
    expect(depth('OperationsQueue')).toEqual({ ready: 1, delayed: 0, inFlight: 1 })
    expect((await take()).map(({ Body }) => Body)).toEqual([messages[0]?.Body])
  })

  it.each([
    [0, 0],
    [1, 1],
    [999, 1],
    [1_000, 1],
    [1_001, 2],
    [59_999.5, 60],
    [12 * 3_600_000 - 60_000, 43_140],
    [12 * 3_600_000, 43_140],
    [30 * 86_400_000, 43_140],
  ])(
    'asks for a delay of %d ms as %d s: rounded up, and within the 12 hours of SQS',
    async (delayMs, seconds) => {
      const { queue, send, take, client, log, depth } = await anOperationsQueue()
      await send(1)
      const inputs = recordInputs(client, 'ChangeMessageVisibilityBatch')
      await queue.delay(handlesOf(await take()).map(receiptHandle => ({ receiptHandle, delayMs })))
      expect(inputs).toMatchObject([{ Entries: [{ VisibilityTimeout: seconds }] }])
      expect(log.lines).toEqual([])
      expect(depth('OperationsQueue').inFlight).toBe(seconds === 0 ? 0 : 1)
    },
  )

  it('delays more messages than one call takes', async () => {
    const { queue, send, take, depth } = await anOperationsQueue()
    for (let index = 0; index < 23; index += 1) await send(index)
    const messages = [...(await take()), ...(await take()), ...(await take())]
    expect(messages).toHaveLength(23)
    await queue.delay(handlesOf(messages).map(receiptHandle => ({ receiptHandle, delayMs: 0 })))
    expect(depth('OperationsQueue')).toMatchObject({ ready: 23, inFlight: 0 })
  })

  it('delays the others where one message cannot be, and only says so', async () => {
    const { queue, send, take, log, depth } = await anOperationsQueue()
    for (let index = 0; index < 3; index += 1) await send(index)
    const [a = '', b = '', c = ''] = handlesOf(await take())
    await queue.delay([a, 'no receipt handle', b, c].map(receiptHandle => ({ receiptHandle, delayMs: 0 })))
    expect(depth('OperationsQueue')).toMatchObject({ ready: 3, inFlight: 0 })
    expect(log.lines).toMatchObject([{ level: 'warn', fields: { code: 'ReceiptHandleIsInvalid' } }])
  })

  it('asks for nothing where nothing is to be delayed', async () => {
    const { queue, stop } = await anOperationsQueue()
    await stop()
    await queue.delay([])
  })

  it('is Unavailable in every verb while SQS is down', async () => {
    const { queue, send, stop } = await anOperationsQueue()
    await stop()
    for (const verb of [
      () => send(1),
      () => queue.delay([{ receiptHandle: sentinelToken, delayMs: 1 }]),
      () => queue.send({ body: sentinelToken, groupId: 'g', deduplicationId: 'd', source: 'sqs' }),
    ]) {
      const error = await catchError(verb)
      expect(error).toBeInstanceOf(Unavailable)
      expectNoSentinel(error)
    }
  })
})

const aLetter = (changes: Partial<DeadLetter> = {}): DeadLetter => ({
  body: '{"paymentId":117,"operationCode":7}',
  attributes: {
    errorCode: 'INVALID_REQUEST',
    errorMessage: 'operationCode: must be the number 0, 1, 2 or 3',
    failedAt: '2026-11-22T08:00:00.000Z',
    source: 'sqs',
  },
  groupId: 'luma7x2:117',
  deduplicationId: 'd-1',
  ...changes,
})

const lettersFrom0To = (count: number, body?: string): DeadLetter[] =>
  Array.from({ length: count }, (_, index) =>
    aLetter({ deduplicationId: `d-${index}`, groupId: `g-${index}`, ...(body !== undefined && { body }) }),
  )

async function aDeadLetterQueue() {
  const queues = await startEmbeddedQueues()
  const log = createRecordedLog()
  const letters = createDeadLetters({ log, client: queues.client }, queues.deadLetterQueueUrl)
  return {
    ...queues,
    log,
    send: letters.send,
    take: () => receiveAll(queues.client, queues.deadLetterQueueUrl),
  }
}

describe('createDeadLetters', () => {
  it.each([
    ['JSON', '{"paymentId":117,"operationCode":7}'],
    ['no JSON', 'apply 117, please'],
    ['a byte order mark, odd spaces and line ends', '\uFEFF {\t"a" :1}\r\n\u2028\u00A0'],
    ['text beyond ASCII', 'Zahlung für Müller \u{1F9FE} \u0E02'],
  ])('sends a body of %s byte for byte, with its attributes', async (_, body) => {
    const { send, take } = await aDeadLetterQueue()
    const attributes = { ...aLetter().attributes, errorMessage: 'é\u{1F9FE}\n"', requestId: "!#$%&'*" }
    expect(await send([aLetter({ body, attributes })])).toEqual([true])
    const [message] = await take()
    expect(Buffer.from(message?.Body ?? '')).toEqual(Buffer.from(body))
    expect(textsOf(message)).toEqual(attributes)
    expect(message?.Attributes).toMatchObject({
      MessageGroupId: 'luma7x2:117',
      MessageDeduplicationId: 'd-1',
    })
  })

  it('sends twenty-five letters, ten to a call', async () => {
    const { send, depth } = await aDeadLetterQueue()
    expect(await send(lettersFrom0To(25))).toEqual(Array(25).fill(true))
    expect(depth('OperationsDeadLetterQueue')).toMatchObject({ ready: 25 })
  })

  it('splits letters that are more than 1 MiB together', async () => {
    const { send, take, client } = await aDeadLetterQueue()
    const inputs = recordInputs(client, 'SendMessageBatch')
    const body = 'ü'.repeat(125_000)
    expect(await send(lettersFrom0To(6, body))).toEqual([true, true, true, true, true, true])
    expect(inputs.map(({ Entries }) => [Entries].flat().length)).toEqual([4, 2])
    expect((await take()).map(({ Body }) => Body === body)).toEqual(Array(6).fill(true))
  })

  it('makes one letter of one that is sent twice, and has it both times', async () => {
    const { send, depth } = await aDeadLetterQueue()
    expect(await send([aLetter()])).toEqual([true])
    expect(await send([aLetter()])).toEqual([true])
    expect(depth('OperationsDeadLetterQueue')).toMatchObject({ ready: 1 })
  })

  it('says which letter the queue does not have', async () => {
    const { send, log } = await aQueueThatRefuses('poison')
    const letters = [
      aLetter({ deduplicationId: 'a' }),
      aLetter({ body: `poison ${sentinelToken}` }),
      aLetter({ deduplicationId: 'c' }),
    ]
    expect(await send(letters)).toEqual([true, false, true])
    expect(log.lines).toMatchObject([{ level: 'warn', fields: { code: 'InvalidMessageContents' } }])
    expectNoSentinel(log.lines)
  })

  it('says false for each while SQS is down, and throws nothing', async () => {
    const { send, stop, log } = await aDeadLetterQueue()
    await stop()
    expect(await send(lettersFrom0To(12, sentinelToken))).toEqual(Array(12).fill(false))
    expect(log.lines).not.toHaveLength(0)
    expectNoSentinel(log.lines)
  })

  it('asks for nothing where there is no letter', async () => {
    const { send, stop } = await aDeadLetterQueue()
    await stop()
    expect(await send([])).toEqual([])
  })
})

/** SQS as far as it takes a batch, and refuses the entries whose body holds `poison`. */
async function aQueueThatRefuses(poison: string) {
  const md5 = (text: string) => createHash('md5').update(text).digest('hex')
  const server = await startJsonServer('AmazonSQS', {
    SendMessageBatch: ({ Entries }) => {
      const entries = [Entries].flat().map((entry: unknown) => ({
        id: String(Reflect.get(Object(entry), 'Id')),
        body: String(Reflect.get(Object(entry), 'MessageBody')),
      }))
      const refused = entries.filter(({ body }) => body.includes(poison))
      const taken = entries.filter(({ body }) => !body.includes(poison))
      return {
        Successful: taken.map(({ id, body }) => ({ Id: id, MessageId: id, MD5OfMessageBody: md5(body) })),
        Failed: refused.map(({ id, body }) => ({
          Id: id,
          Code: 'InvalidMessageContents',
          Message: body,
          SenderFault: true,
        })),
      }
    },
  })
  atTheEnd(server.stop)
  const client = new SQSClient({ region, credentials, endpoint: server.url, maxAttempts: 1 })
  atTheEnd(() => client.destroy())
  const log = createRecordedLog()
  return { log, send: createDeadLetters({ log, client }, `${server.url}/queue/dlq.fifo`).send }
}
