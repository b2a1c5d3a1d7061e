import type { FindQueueUrl } from '../operate/complete-environment.js'
import { findQueueUrl } from '../operate/find-queue-url.js'
import { WrongUsage } from '../wrong-usage.js'

/** To every other command a queue that is not there is a wrong stage; to doctor it is a finding. Nobody is asked at this URL. */
export const findQueueOrAssume: FindQueueUrl = async (queueName, region) => {
  try {
    return await findQueueUrl(queueName, region)
  } catch (error) {
    // The look at the queue itself tells what is wrong with it.
    if (!(error instanceof WrongUsage)) throw error
    return `https://queue.invalid/${queueName}`
  }
}
