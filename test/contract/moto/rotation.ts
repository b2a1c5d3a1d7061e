import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import { expect, it } from '@jest/globals'
import type { MotoDeployment } from './a-moto-deployment.js'
import { deliverOnce, deliverUntil } from './deliver-once.js'
import { secretOf } from './put-secret.js'
import { anApply, sendRequest } from './send-request.js'

export function rotation(aws: () => MotoDeployment): void {
  const SecretId = 'payops/luma7x2'
  const perform = async (...paymentIds: number[]) => {
    for (const paymentId of paymentIds) await sendRequest(aws(), anApply(paymentId), `luma7x2:${paymentId}`)
    const { received, returned } = await deliverOnce(aws())
    expect(received).toHaveLength(paymentIds.length)
    expect(returned).toEqual([])
    const effects = aws().sandbox.effects()
    expect(effects.filter(({ paymentId }) => paymentIds.includes(paymentId))).toHaveLength(paymentIds.length)
  }
  const refusals = () =>
    aws()
      .sandbox.calls()
      .filter(({ status }) => status === 401).length

  it('drops nothing where AWSCURRENT moves and the warm container still has the version before', async () => {
    const { clients, sandbox } = aws()
    await perform(160)
    await clients.secrets.send(
      new PutSecretValueCommand({ SecretId, SecretString: secretOf('luma7x2', 'second') }),
    )
    sandbox.rotateToken('luma7x2', { accessToken: 'second' })
    const before = refusals()
    await perform(161, 162, 163)
    expect(refusals()).toBeGreaterThan(before)
    const after = refusals()
    await perform(164, 165)
    expect(refusals()).toBe(after)
  })

  it('takes no version that is only pending, until it is made current', async () => {
    const { clients, sandbox } = aws()
    const put = (VersionStages: string[]) =>
      clients.secrets.send(
        new PutSecretValueCommand({ SecretId, SecretString: secretOf('luma7x2', 'third'), VersionStages }),
      )
    await put(['AWSPENDING'])
    sandbox.rotateToken('luma7x2', { accessToken: 'third' })
    await sendRequest(aws(), anApply(170), 'luma7x2:170')
    // Refused, and read afresh: still the version before, so the request waits.
    const { received, returned } = await deliverOnce(aws())
    expect(received).toHaveLength(1)
    expect(returned).toHaveLength(1)
    await put(['AWSCURRENT'])
    const isDone = () =>
      aws()
        .sandbox.effects()
        .some(({ paymentId }) => paymentId === 170)
    expect(await deliverUntil(aws(), returned, isDone)).toEqual([])
  })
}
