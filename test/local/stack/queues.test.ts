import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { afterEach, describe, expect, it } from '@jest/globals'
import { aStack, aTemplate, cleanUp } from './a-stack.js'

const IDLE = aTemplate({ functions: '  idle: { handler: dist/functions/idle.handler }' })

afterEach(cleanUp)

describe('startQueues', () => {
  it('takes a body of 300 KiB, as SQS does, and refuses one of more than 1 MiB', async () => {
    const stack = await aStack(IDLE, {})
    await stack.send('Work', 'x'.repeat(300 * 1024), { group: 'g' })
    expect((await stack.take('Work')).Body).toHaveLength(300 * 1024)
    const tooLong = stack.send('Work', 'x'.repeat(1024 * 1024 + 1), { group: 'g' })
    await expect(tooLong).rejects.toThrow('must be shorter')
  })

  it('takes every character that SQS takes, and refuses the others', async () => {
    const stack = await aStack(IDLE, {})
    await stack.send('Work', 'paid \u{1F600}', { group: 'g' })
    expect((await stack.take('Work')).Body).toBe('paid \u{1F600}')
    await expect(stack.send('Work', 'bell \u0007', { group: 'g' })).rejects.toThrow('Invalid characters')
  })

  it('drops a repeat in one message group and answers with the first one', async () => {
    const stack = await aStack(IDLE, {})
    const first = await stack.send('Work', 'one', { group: 'g', id: 'same' })
    expect(await stack.send('Work', 'two', { group: 'g', id: 'same' })).toBe(first)
    expect(stack.queueDepth('Work')).toEqual({ ready: 1, delayed: 0, inFlight: 0 })
  })

  it('keeps the same deduplication id in two message groups apart', async () => {
    const stack = await aStack(IDLE, {})
    await stack.send('Work', 'one', { group: 'g', id: 'same' })
    await stack.send('Work', 'two', { group: 'h', id: 'same' })
    expect(stack.queueDepth('Work').ready).toBe(2)
  })

  it('drops a repeat in any group where the scope is the queue', async () => {
    const stack = await aStack(IDLE, {})
    await stack.send('Dead', 'one', { group: 'g', id: 'same' })
    await stack.send('Dead', 'two', { group: 'h', id: 'same' })
    expect(stack.queueDepth('Dead').ready).toBe(1)
  })

  it('counts a delayed message as delayed', async () => {
    const stack = await aStack(IDLE, {})
    const QueueUrl = stack.queueUrls['Undelivered']
    await stack.clients.sqs.send(
      new SendMessageCommand({ QueueUrl, MessageBody: 'later', DelaySeconds: 600 }),
    )
    expect(stack.queueDepth('Undelivered')).toEqual({ ready: 0, delayed: 1, inFlight: 0 })
  })

  it('gives queue URLs that lead to the loopback interface', async () => {
    const stack = await aStack(IDLE, {})
    expect(stack.queueUrls['Work']).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/000000000000\/work-local\.fifo$/)
  })
})
