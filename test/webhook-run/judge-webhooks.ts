import type { Proof } from '../../lib/cli/start/proof.js'
import type { Sandbox } from '../../lib/local/sandbox/sandbox.js'
import { runStores, type WebhookPlan } from './plan-webhooks.js'
import { paymentsOf } from './webhook-stores.js'

export type Judged = {
  /** Pulls that the store carried out, and those that found nothing new. */
  pulls: number
  idle: number
  looks: number
  apiCalls: number
  problems: string[]
}

type Evidence = { plan: WebhookPlan; sandbox: Sandbox; proof: Proof; letters: number }

/** From the store's own books: every payment follows its order, none was pulled more often than its order changed. */
export function judgeWebhooks({ plan, sandbox, proof, letters }: Evidence): Judged {
  const pulls = sandbox.effects().filter(({ operationCode }) => operationCode === 2)
  const calls = sandbox.calls()
  const changes = Map.groupBy(
    plan.steps.filter(step => step.kind === 'change'),
    ({ storeHash, orderId }) => `${storeHash}:${orderId}`,
  )
  const problems = [...proof.problems]
  for (const [key, steps] of changes) {
    const [storeHash = '', orderId = ''] = key.split(':')
    const wanted = steps.at(-1)?.fundingStatus
    for (const paymentId of paymentsOf(Number(orderId))) {
      const often = pulls.filter(pull => pull.storeHash === storeHash && pull.paymentId === paymentId).length
      if (sandbox.payment(storeHash, paymentId)?.fundingStatus !== wanted)
        problems.push(`payment ${paymentId} of ${storeHash} does not follow its order`)
      if (often > steps.length)
        problems.push(`payment ${paymentId} of ${storeHash}: ${often} pulls for ${steps.length} changes`)
    }
  }
  if (letters > 0) problems.push(`${letters} messages are in the dead-letter queue`)
  if (pulls.length !== proof.found) problems.push(`${pulls.length} pulls, ${proof.found} effects`)
  if (!runStores.every(store => sandbox.effects().some(({ storeHash }) => storeHash === store)))
    problems.push('a store was never pulled')
  return {
    pulls: pulls.length,
    idle: pulls.filter(({ changed }) => !changed).length,
    looks: calls.filter(({ path }) => path.startsWith('/invoices')).length,
    apiCalls: calls.length,
    problems,
  }
}
