import { PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { afterEach, describe, expect, it } from '@jest/globals'
import { aStack, aTemplate, cleanUp, type RunningStack } from './a-stack.js'

const acceptFunction = `
  accept:
    handler: dist/functions/accept.handler
    maximumRetryAttempts: 1
    destinations: { onFailure: { type: sqs, arn: !GetAtt Undelivered.Arn } }
    events:
      - eventBridge:
          eventBus: !Ref Bus
          pattern: { detail-type: [Asked], source: [{ anything-but: payops }] }
          deadLetterQueueArn: !GetAtt Undelivered.Arn`

const TEMPLATE = aTemplate({ functions: acceptFunction })

async function publish(stack: RunningStack, Source: string, detail: object) {
  const entry = {
    EventBusName: stack.eventBusName,
    Source,
    DetailType: 'Asked',
    Detail: JSON.stringify(detail),
  }
  await stack.clients.events.send(new PutEventsCommand({ Entries: [entry] }))
}

afterEach(cleanUp)

describe('createDeliveries', () => {
  it('brings an event to the function whose rule matches, in its envelope', async () => {
    const source = "export const handler = async event => console.log('got ' + JSON.stringify(event))"
    const stack = await aStack(TEMPLATE, { accept: source })
    await publish(stack, 'erp', { paymentId: 117 })
    const event = JSON.parse((await stack.line(line => line.startsWith('got '))).slice(4))
    expect(event).toEqual(stack.events[0])
    expect(event).toMatchObject({ source: 'erp', 'detail-type': 'Asked', detail: { paymentId: 117 } })
  })

  it('tells listeners of an event that no rule matches, and no function', async () => {
    const source = 'export const handler = async event => console.log(event.source)'
    const stack = await aStack(TEMPLATE, { accept: source })
    await publish(stack, 'payops', {})
    await publish(stack, 'erp', {})
    await stack.line(line => line === 'erp')
    expect(stack.events.map(event => event.source)).toEqual(['payops', 'erp'])
    expect(stack.lines).toEqual(['erp'])
  })

  it('retries a function that fails, and sends the record to its failure destination at last', async () => {
    const source = "export const handler = async () => { throw new TypeError('never') }"
    const stack = await aStack(TEMPLATE, { accept: source })
    await publish(stack, 'erp', { paymentId: 117 })
    const record = JSON.parse(String((await stack.take('Undelivered')).Body))
    expect(record).toMatchObject({
      version: '1.0',
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      requestContext: {
        functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:trial-local-accept:$LATEST',
        condition: 'RetriesExhausted',
        approximateInvokeCount: 2,
      },
      requestPayload: stack.events[0],
      responseContext: { statusCode: 200, functionError: 'Unhandled' },
      responsePayload: { errorType: 'TypeError', errorMessage: 'never' },
    })
    expect(stack.lines.filter(line => line.includes('"errorMessage":"never"'))).toHaveLength(2)
  })

  it('sends an event that cannot be handed over to the dead letter queue of its rule', async () => {
    const stack = await aStack(TEMPLATE, {})
    await publish(stack, 'erp', { paymentId: 117 })
    const { Body, MessageAttributes = {} } = await stack.take('Undelivered')
    expect(JSON.parse(String(Body))).toEqual(stack.events[0])
    const texts = Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, StringValue])
    expect(Object.fromEntries(texts)).toEqual({
      ERROR_CODE: 'NO_RESOURCE',
      ERROR_MESSAGE: expect.stringContaining('Function not found'),
      RULE_ARN: 'arn:aws:events:us-east-1:000000000000:rule/trial-bus/trial-local-accept-rule-1',
      TARGET_ARN: 'arn:aws:lambda:us-east-1:000000000000:function:trial-local-accept',
    })
  })
})
