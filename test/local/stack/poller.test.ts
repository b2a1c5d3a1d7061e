import { writeFile } from 'node:fs/promises'
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs'
import { afterEach, describe, expect, it } from '@jest/globals'
import { aDirectory, aStack, aTemplate, cleanUp, type RunningStack } from './a-stack.js'

// Each function prints what it was given; what SQS did in between shows in the order and number of the lines.

const workFunction = ({ source = '', timeout = 20 } = {}) => `
  work:
    handler: dist/functions/work.handler
    timeout: ${timeout}
    events:
      - sqs: { arn: !GetAtt Work.Arn, batchSize: 10, functionResponseType: ReportBatchItemFailures${source} }`

const PRINT = "for (const { body } of event.Records) console.log('got ' + body);"

const answering = (answer: string) => `export const handler = async event => { ${PRINT} return ${answer} }`

const countOf = ({ lines }: RunningStack, text: string) => lines.filter(line => line === text).length

/** The n-th line that equals the text. */
const repeated = (stack: RunningStack, text: string, times: number) =>
  stack.line(() => countOf(stack, text) >= times)

/** Resolves when the queue holds nothing, visible or not. */
async function emptied(stack: RunningStack, logicalId: string): Promise<void> {
  for (;;) {
    const { ready, delayed, inFlight } = stack.queueDepth(logicalId)
    if (ready + delayed + inFlight === 0) return
    await new Promise(resolve => setImmediate(resolve))
  }
}

afterEach(cleanUp)

describe('startPoller', () => {
  it('hands a message to the function in the shape of Lambda and deletes it afterwards', async () => {
    const source = `export const handler = async event => console.log('got ' + JSON.stringify(event.Records[0]))`
    const stack = await aStack(aTemplate({ functions: workFunction() }), { work: source })
    const entry = { Id: '0', MessageBody: '{"a":1}', MessageGroupId: 'g', MessageDeduplicationId: 'd' }
    const command = new SendMessageBatchCommand({
      QueueUrl: stack.queueUrls['Work'],
      Entries: [{ ...entry, MessageAttributes: { requestId: { DataType: 'String', StringValue: 'r-1' } } }],
    })
    const { Successful: [sent] = [] } = await stack.clients.sqs.send(command)
    const record = JSON.parse((await stack.line(line => line.startsWith('got '))).slice(4))
    expect(record).toEqual({
      messageId: sent?.MessageId,
      receiptHandle: expect.any(String),
      body: '{"a":1}',
      attributes: {
        ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
        ApproximateReceiveCount: '1',
        MessageDeduplicationId: 'd',
        MessageGroupId: 'g',
        SenderId: expect.any(String),
        SentTimestamp: expect.stringMatching(/^\d{13}$/),
        SequenceNumber: expect.stringMatching(/^\d{20}$/),
      },
      messageAttributes: {
        requestId: { stringValue: 'r-1', stringListValues: [], binaryListValues: [], dataType: 'String' },
      },
      md5OfBody: 'bb6cb5c68df4652941caf652a366f2d8',
      md5OfMessageAttributes: expect.stringMatching(/^[0-9a-f]{32}$/),
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:work-local.fifo',
      awsRegion: 'us-east-1',
    })
    await emptied(stack, 'Work')
  })

  it('gathers several groups into one batch', async () => {
    const source = "export const handler = async event => console.log('batch of ' + event.Records.length)"
    const stack = await aStack(aTemplate({ functions: workFunction() }), { work: source })
    const Entries = Array.from({ length: 10 }, (_, at) => ({
      Id: String(at),
      MessageBody: 'x',
      MessageGroupId: `group-${at}`,
      MessageDeduplicationId: String(at),
    }))
    await stack.clients.sqs.send(new SendMessageBatchCommand({ QueueUrl: stack.queueUrls['Work'], Entries }))
    expect(await stack.line(line => line.startsWith('batch'))).toBe('batch of 10')
  })

  it('keeps the order inside a group', async () => {
    const stack = await aStack(aTemplate({ functions: workFunction() }), { work: answering('null') })
    for (const body of ['1', '2', '3']) await stack.send('Work', body, { group: 'g' })
    await repeated(stack, 'got 3', 1)
    expect(stack.lines).toEqual(['got 1', 'got 2', 'got 3'])
  })

  it('deletes only what was not reported as failed, and brings the rest back after its visibility time-out', async () => {
    const failing = `{ batchItemFailures: event.Records.filter(r => r.body === 'bad' && r.attributes.ApproximateReceiveCount === '1').map(r => ({ itemIdentifier: r.messageId })) }`
    const stack = await aStack(aTemplate({ functions: workFunction() }), { work: answering(failing) })
    await stack.send('Work', 'bad', { group: 'a' })
    await stack.send('Work', 'good', { group: 'b' })
    await repeated(stack, 'got bad', 2)
    await emptied(stack, 'Work')
    expect([countOf(stack, 'got good'), countOf(stack, 'got bad')]).toEqual([1, 2])
  })

  it('deletes nothing when the answer names an unknown message', async () => {
    const answer = `{ batchItemFailures: event.Records[0].attributes.ApproximateReceiveCount === '1' ? [{ itemIdentifier: 'nobody' }] : [] }`
    const stack = await aStack(aTemplate({ functions: workFunction() }), { work: answering(answer) })
    await stack.send('Work', 'x', { group: 'g' })
    await repeated(stack, 'got x', 2)
    expect(stack.lines).toContainEqual(expect.stringContaining('The whole batch stays in the queue'))
  })

  it('moves a message that is received too often to the dead letter queue', async () => {
    const source = "export const handler = async () => { throw new Error('never') }"
    const template = aTemplate({ functions: workFunction(), maxReceiveCount: 2 })
    const stack = await aStack(template, { work: source })
    await stack.send('Work', 'poison', { group: 'g' })
    const letter = await stack.take('Dead')
    expect(letter.Body).toBe('poison')
    expect(stack.lines.filter(line => line.includes('"errorMessage":"never"'))).toHaveLength(2)
  })

  it('kills a function at its time-out and gets the message back', async () => {
    const source = `export const handler = async (event, context) => {
      ${PRINT}
      console.log('left ' + (context.getRemainingTimeInMillis() > 500))
      if (event.Records[0].attributes.ApproximateReceiveCount === '1') await new Promise(() => setInterval(() => {}, 1000))
    }`
    const stack = await aStack(aTemplate({ functions: workFunction({ timeout: 1 }) }), { work: source })
    await stack.send('Work', 'slow', { group: 'g' })
    await repeated(stack, 'got slow', 2)
    await emptied(stack, 'Work')
    // The message may come back before the line does: its visibility ends while the slow container is still being killed.
    await stack.line(() => stack.lines.some(line => line.includes('Task timed out after 1.00 seconds')))
    expect(stack.lines).toContain('left true')
  })

  it('survives the crash of a function and gets the message back', async () => {
    const source = `export const handler = async event => {
      ${PRINT}
      if (event.Records[0].attributes.ApproximateReceiveCount === '1') process.kill(process.pid, 'SIGSEGV')
    }`
    const stack = await aStack(aTemplate({ functions: workFunction() }), { work: source })
    await stack.send('Work', 'x', { group: 'g' })
    await repeated(stack, 'got x', 2)
    await emptied(stack, 'Work')
  })

  it('runs at most as many invocations at once as the mapping allows', async () => {
    // Each invocation holds its place until the test lets it go, by a file.
    const source = `import { existsSync } from 'node:fs'
      import { setTimeout as sleep } from 'node:timers/promises'
      export const handler = async event => {
        ${PRINT}
        while (!existsSync(process.env.GATE)) await sleep(10)
        console.log('done')
      }`
    const template = aTemplate({
      functions: workFunction({ source: ', maximumConcurrency: 2' }).replace('batchSize: 10', 'batchSize: 1'),
      visibilitySeconds: 60,
    })
    const gate = `${await aDirectory()}/open`
    const stack = await aStack(template, { work: source }, { environment: { GATE: gate } })
    for (const group of ['a', 'b', 'c']) await stack.send('Work', group, { group })
    await stack.line(() => stack.lines.length >= 2)
    expect(stack.queueDepth('Work')).toEqual({ ready: 1, delayed: 0, inFlight: 2 })
    await writeFile(gate, '')
    await repeated(stack, 'done', 3)
    expect(stack.lines.slice(0, 2).sort()).toEqual(['got a', 'got b'])
  })

  it('takes a function without ReportBatchItemFailures at its word', async () => {
    const template = aTemplate({
      functions: workFunction().replace(', functionResponseType: ReportBatchItemFailures', ''),
    })
    const stack = await aStack(template, {
      work: answering('{ batchItemFailures: [{ itemIdentifier: "x" }] }'),
    })
    await stack.send('Work', 'x', { group: 'g' })
    await repeated(stack, 'got x', 1)
    await emptied(stack, 'Work')
  })
})
