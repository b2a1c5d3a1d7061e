// The lean assembly: middy, got and zod, the secret cached by hand, payments side by side, no ledger. A message that SQS
// delivers twice is carried out twice, and a lost answer is sent again.
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import middy from '@middy/core'
import got from 'got'
import { z } from 'zod'

const secretsManager = new SecretsManagerClient({})
const secrets = new Map()

const requestSchema = z.strictObject({
  requestId: z.string().min(1).max(128),
  storeHash: z.string().regex(/^[a-z0-9]{1,32}$/),
  paymentId: z.number().positive(),
  operationCode: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]),
  metadata: z.record(z.string(), z.string()).optional(),
})

function readToken(storeHash) {
  const SecretId = `${process.env.CREDENTIALS_SECRET_PREFIX}${storeHash}`
  const reading =
    secrets.get(storeHash) ??
    secretsManager
      .send(new GetSecretValueCommand({ SecretId }))
      .then(({ SecretString }) => JSON.parse(SecretString).accessToken)
  secrets.set(storeHash, reading)
  return reading
}

async function perform(record) {
  const { storeHash, paymentId, operationCode } = requestSchema.parse(JSON.parse(record.body))
  const answer = await got
    .post(`${process.env.B2B_API_BASE_URL}/payments/${paymentId}/operations`, {
      json: { operationCode },
      headers: { 'x-auth-token': await readToken(storeHash), 'x-store-hash': storeHash },
      retry: { limit: 0 },
      timeout: { request: 10_000 },
    })
    .json()
  if (answer.code !== 200) throw new Error(`the API answered ${answer.code}`)
}

/** In order; after a failure the rest of the group goes back. */
async function performGroup(records) {
  for (const [index, record] of records.entries()) {
    try {
      await perform(record)
    } catch (error) {
      // Told by name only: got's errors hold the token.
      console.error(JSON.stringify({ message: 'payment operation failed', error: error.name }))
      return records.slice(index)
    }
  }
  return []
}

async function performBatch(event) {
  const groups = Map.groupBy(event.Records, record => record.attributes.MessageGroupId)
  const returned = (await Promise.all([...groups.values()].map(performGroup))).flat()
  return { batchItemFailures: returned.map(({ messageId }) => ({ itemIdentifier: messageId })) }
}

export const handler = middy(performBatch, { timeoutEarlyInMillis: 0 })
