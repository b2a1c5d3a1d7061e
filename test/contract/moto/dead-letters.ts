import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { expect, it } from '@jest/globals'
import type { LetterView } from '../../../lib/cli/operate/letter-view.js'
import type { HandledView } from '../../../lib/cli/operate/render-handled.js'
import { type Ended, runNode } from '../../support/run-command.js'
import { expectNoSentinel } from '../../support/sentinel.js'
import type { MotoDeployment } from './a-moto-deployment.js'
import { deliverOnce, deliverUntil } from './deliver-once.js'
import { anApply, sendRequest } from './send-request.js'

export function deadLetters(aws: () => MotoDeployment): void {
  async function dlq(...argv: string[]): Promise<Ended> {
    const ended = await runNode(['dist/cli/payops.mjs', 'dlq', ...argv], aws().env)
    expectNoSentinel(ended)
    expect(ended.stderr).toBe('')
    return ended
  }
  const countLetters = async (): Promise<string | undefined> => {
    const { clients, queueUrls } = aws()
    const AttributeNames = ['ApproximateNumberOfMessages' as const]
    const command = new GetQueueAttributesCommand({ QueueUrl: queueUrls.deadLetters, AttributeNames })
    return (await clients.sqs.send(command)).Attributes?.['ApproximateNumberOfMessages']
  }

  it('are explained by the command, and carried out once more when they are put back', async () => {
    // Its last digit says that an apply is refused until somebody completes it.
    const paymentId = 189
    await sendRequest(aws(), anApply(paymentId), `luma7x2:${paymentId}`)
    expect(await deliverOnce(aws())).toMatchObject({ received: [{}], returned: [] })
    expect(await countLetters()).toBe('1')
    const listed = JSON.parse((await dlq('list', '--json')).stdout) as LetterView[]
    expect(listed).toMatchObject([{ paymentId, reason: 'OPERATION_NOT_ALLOWED' }])
    aws().sandbox.changeByHand('luma7x2', paymentId, { processingStatus: 3 })
    const redriven = await dlq('redrive', '--json', '--reason', 'OPERATION_NOT_ALLOWED')
    expect(JSON.parse(redriven.stdout) as HandledView[]).toMatchObject([{ paymentId, verdict: 'redriven' }])
    expect(redriven.code).toBe(0)
    expect(await countLetters()).toBe('0')
    const effects = () =>
      aws()
        .sandbox.effects()
        .filter(effect => effect.paymentId === paymentId)
    expect(await deliverUntil(aws(), [], () => effects().length > 0)).toEqual([])
    expect(effects()).toHaveLength(1)
  })
}
