import { errorCodes } from '../errors.js'
import { type Explanation, rejected } from '../letter-meaning.js'
import type { ReadIntake } from './webhook.js'

type Attributes = { errorCode?: string; errorMessage?: string }

/**
 * What a webhook in the dead-letter queue means. Looking at its order again does no harm, whatever was asked for before it came
 * here: the look has the key of the one that failed, and so have its requests. Pure.
 */
export function explainWebhook(read: ReadIntake, attributes: Attributes, isAnswered: boolean): Explanation {
  const { errorMessage } = attributes
  if (!read.valid)
    return {
      ...rejected('INVALID_REQUEST', `a webhook that cannot be read: ${errorMessage ?? read.why}`),
      next: 'look at the order in the store and submit what its payments need; discard this message',
    }
  const { orderId } = read.webhook
  if (isAnswered)
    return {
      meaning: 'done',
      why: `order ${orderId} has been looked at since, and its payments were asked for`,
      next: 'safe to discard',
    }
  const code = errorCodes.find(known => known === attributes.errorCode)
  if (code === undefined)
    return {
      meaning: 'notExecuted',
      why: `SQS moved it here; whether the payments of order ${orderId} were pulled is not known`,
      next: 'safe to redrive: what was asked for already is not done twice',
    }
  // Readable, it is refused as a request alone: somebody has put it on the operations queue.
  if (code === 'INVALID_REQUEST')
    return {
      meaning: 'notExecuted',
      why: `it was put on the operations queue, which takes no webhook; the payments of order ${orderId} were not pulled`,
      next: 'safe to redrive: it goes to the queue of the webhooks',
    }
  const why = `the payments of order ${orderId} were not pulled: ${errorMessage ?? code}`
  if (code === 'RETRIES_EXHAUSTED')
    return { meaning: 'notExecuted', why, next: 'safe to redrive once the API answers again' }
  return rejected(code, why)
}
