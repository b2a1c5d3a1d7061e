import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency'
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb'
import { Logger } from '@aws-lambda-powertools/logger'
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'
import { getSecret } from '@aws-lambda-powertools/parameters/secrets'
import { parse } from '@aws-lambda-powertools/parser'
import { JSONStringified } from '@aws-lambda-powertools/parser/helpers'
import got from 'got'
import { z } from 'zod'

const logger = new Logger({ serviceName: 'payments' })
const metrics = new Metrics({ namespace: 'payments', serviceName: 'payments' })
const persistenceStore = new DynamoDBPersistenceLayer({ tableName: process.env.IDEMPOTENCY_TABLE_NAME })
const config = new IdempotencyConfig({ eventKeyJmesPath: 'requestId' })

const body = JSONStringified(
  z.strictObject({
    requestId: z.string().min(1).max(128),
    storeHash: z.string().regex(/^[a-z0-9]{1,32}$/),
    paymentId: z.number().positive(),
    operationCode: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]),
    metadata: z.record(z.string(), z.string()).optional(),
  }),
)

async function performOperation({ storeHash, paymentId, operationCode }) {
  const secret = await getSecret(`${process.env.CREDENTIALS_SECRET_PREFIX}${storeHash}`, {
    transform: 'json',
    maxAge: 300,
  })
  const answer = await got
    .post(`${process.env.B2B_API_BASE_URL}/payments/${paymentId}/operations`, {
      json: { operationCode },
      headers: { 'x-auth-token': secret.accessToken, 'x-store-hash': storeHash },
      retry: { limit: 0 },
      timeout: { request: 10_000 },
    })
    .json()
  if (answer.code !== 200) throw new Error(`the API answered ${answer.code}`)
  return { paymentId, operationCode, code: answer.code }
}

const performOnce = makeIdempotent(performOperation, { persistenceStore, config })

export async function recordHandler(record) {
  try {
    await performOnce(parse(record.body, undefined, body))
    metrics.addMetric('paymentOperationPerformed', MetricUnit.Count, 1)
  } catch (error) {
    // The batch processor gives the record back to the queue.
    logger.error('payment operation failed', error)
    metrics.addMetric('paymentOperationFailed', MetricUnit.Count, 1)
    throw error
  }
}

export async function runInvocation(context, processRecords) {
  logger.addContext(context)
  config.registerLambdaContext(context)
  try {
    return await processRecords()
  } finally {
    metrics.publishStoredMetrics()
  }
}
