import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SQSClient } from '@aws-sdk/client-sqs'

export type RunClients = { sqs: SQSClient; dynamodb: DynamoDBClient; close(): void }

/** The real SDK clients, pointed at the embedded stack by what it says of itself; the user's own AWS settings play no part. */
export function createRunClients(env: Record<string, string>): RunClients {
  const settings = {
    region: read(env, 'AWS_REGION'),
    credentials: {
      accessKeyId: read(env, 'AWS_ACCESS_KEY_ID'),
      secretAccessKey: read(env, 'AWS_SECRET_ACCESS_KEY'),
    },
  }
  const sqs = new SQSClient({ ...settings, endpoint: read(env, 'AWS_ENDPOINT_URL_SQS') })
  const dynamodb = new DynamoDBClient({ ...settings, endpoint: read(env, 'AWS_ENDPOINT_URL_DYNAMODB') })
  return {
    sqs,
    dynamodb,
    close() {
      sqs.destroy()
      dynamodb.destroy()
    },
  }
}

function read(env: Record<string, string>, name: string): string {
  const value = env[name]
  if (value === undefined) throw new Error(`Bug: the embedded stack does not say its ${name}`)
  return value
}
