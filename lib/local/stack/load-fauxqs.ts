import type * as S3Stores from '../../../node_modules/fauxqs/dist/s3/s3Store.js'
import type * as SnsStores from '../../../node_modules/fauxqs/dist/sns/snsStore.js'
import type * as SqsStores from '../../../node_modules/fauxqs/dist/sqs/sqsStore.js'
import type * as SqsTypes from '../../../node_modules/fauxqs/dist/sqs/sqsTypes.js'

// fauxqs's own start function listens on all interfaces, which a queue of payment requests must not, and there is no
// other way to a queue's depth without a round trip. So the stack builds the server from its parts. They are not among
// the package's exports: they are found beside the file that is, so that they are the very modules that it uses.

// What SQS takes: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
const REFUSED_BY_SQS = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u

/** The stores that `buildApp` of fauxqs works on, empty. */
export async function loadFauxqsStores() {
  const beside = import.meta.resolve('fauxqs')
  const load = (path: string): Promise<unknown> => import(new URL(path, beside).href)
  const { SqsStore } = (await load('./sqs/sqsStore.js')) as typeof SqsStores
  const { SnsStore } = (await load('./sns/snsStore.js')) as typeof SnsStores
  const { S3Store } = (await load('./s3/s3Store.js')) as typeof S3Stores
  const { INVALID_MESSAGE_BODY_CHAR } = (await load('./sqs/sqsTypes.js')) as typeof SqsTypes
  // It judges UTF-16 halves one by one, and so refuses every character beyond U+FFFF, which SQS takes.
  INVALID_MESSAGE_BODY_CHAR.test = text => REFUSED_BY_SQS.test(text)
  return { sqsStore: new SqsStore(), snsStore: new SnsStore(), s3Store: new S3Store() }
}
