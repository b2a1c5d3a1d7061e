import { describe, expect, it } from '@jest/globals'
import { diagnoseResource, type Expectation, isWrong } from '../../lib/core/diagnose.js'

const queue: Expectation = {
  kind: 'queue',
  declaredAs: 'OperationsQueue',
  name: 'payops-prod-operations.fifo',
  facts: { FifoQueue: 'true', VisibilityTimeout: '180' },
}
const source: Expectation = {
  kind: 'queue source',
  declaredAs: 'performOperations.sqs',
  name: 'payops-prod-performOperations',
  facts: { state: 'Enabled' },
}

const subject = 'queue payops-prod-operations.fifo'

describe('diagnoseResource', () => {
  it('calls fine what is as declared, whatever else AWS tells of it', () => {
    const facts = { ...queue.facts, QueueArn: 'arn:aws:sqs:us-east-1:1:payops-prod-operations.fifo' }
    expect(diagnoseResource(queue, { seen: 'there', facts }, 'prod')).toEqual([
      { part: 'declared', verdict: 'fine', subject, why: 'as declared' },
    ])
  })

  it('names each fact that differs, with the command that mends it', () => {
    const observed = {
      seen: 'there',
      facts: { FifoQueue: 'true', VisibilityTimeout: '30' },
      handle: 'https://q',
    } as const
    expect(diagnoseResource(queue, observed, 'prod')).toEqual([
      {
        part: 'declared',
        verdict: 'wrong',
        subject,
        why: 'VisibilityTimeout is 30, the template says 180',
        next: 'aws sqs set-queue-attributes --queue-url https://q --attributes VisibilityTimeout=180',
      },
    ])
    const [off] = diagnoseResource(
      source,
      { seen: 'there', facts: { state: 'Disabled' }, handle: 'u-1' },
      'prod',
    )
    expect(off?.next).toBe('aws lambda update-event-source-mapping --uuid u-1 --enabled')
  })

  it('says of a fact that AWS does not tell that it is not set', () => {
    const [found] = diagnoseResource(queue, { seen: 'there', facts: { VisibilityTimeout: '180' } }, 'prod')
    expect(found).toMatchObject({ verdict: 'wrong', why: 'FifoQueue is not set, the template says true' })
    expect(found?.next).toBe('aws cloudformation detect-stack-drift --stack-name payops-prod')
  })

  it('calls unchecked, never fine, what cannot be seen', () => {
    const blind = { seen: 'there', facts: {}, blind: ['FifoQueue', 'VisibilityTimeout'] } as const
    const found = diagnoseResource(queue, { ...blind, blind: [...blind.blind] }, 'prod')
    expect(found.map(({ verdict, why }) => `${verdict}: ${why}`)).toEqual([
      'fine: there',
      'unchecked: the embedded stack does not show FifoQueue, VisibilityTimeout',
    ])
    expect(diagnoseResource(queue, { seen: 'notServed' }, 'prod')).toMatchObject([{ verdict: 'unchecked' }])
  })

  it('calls wrong what is missing, and what could not be asked', () => {
    const missing = diagnoseResource(queue, { seen: 'missing' }, 'prod')
    expect(missing).toMatchObject([{ verdict: 'wrong', next: 'npx serverless deploy --stage prod' }])
    const failed = diagnoseResource(queue, { seen: 'failed', why: 'AccessDenied' }, 'prod')
    expect(failed).toMatchObject([{ verdict: 'wrong', why: 'could not be looked at: AccessDenied' }])
    expect([...missing, ...failed].every(isWrong)).toBe(true)
  })
})
