// The floor: node:http, all records at once, no order, no ledger, no check, no retry, no secret read. Nobody should run it.
import { Agent, request } from 'node:http'

const agent = new Agent({ keepAlive: true })

const perform = record =>
  new Promise((resolve, reject) => {
    const { storeHash, paymentId, operationCode } = JSON.parse(record.body)
    const body = JSON.stringify({ operationCode })
    const call = request(`${process.env.B2B_API_BASE_URL}/payments/${paymentId}/operations`, {
      method: 'POST',
      agent,
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'x-auth-token': process.env.BARE_TOKEN,
        'x-store-hash': storeHash,
      },
    })
    call.on('error', reject)
    call.on('response', response => {
      response.resume()
      response.on('end', () =>
        response.statusCode === 200 ? resolve() : reject(new Error(`HTTP ${response.statusCode}`)),
      )
    })
    call.end(body)
  })

export async function handler(event) {
  const settled = await Promise.allSettled(event.Records.map(perform))
  const returned = event.Records.filter((_, index) => settled[index].status === 'rejected')
  return { batchItemFailures: returned.map(({ messageId }) => ({ itemIdentifier: messageId })) }
}
