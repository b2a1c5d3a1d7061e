import type { BenchStore } from '../protocol.js'
import type { Tables } from './dynamodb.js'

/** Secrets Manager, EventBridge and DynamoDB behind AWS's JSON protocols; each call is named for the count. */
export type Aws = {
  ask(target: string, body: Buffer): { action: string; status: number; text: string }
  takeEvents(): number
}

const services: Record<string, string> = {
  DynamoDB_20120810: 'DynamoDB',
  secretsmanager: 'SecretsManager',
  AWSEvents: 'EventBridge',
  AmazonSQS: 'SQS',
}

export function createAws(tables: Tables, store: BenchStore): Aws {
  let events = 0
  const answers: Record<string, (input: Record<string, unknown>) => unknown> = {
    'SecretsManager GetSecretValue': ({ SecretId }) => {
      if (SecretId !== store.secretName) throw new Error(`the bench has no secret ${String(SecretId)}`)
      const secret = { storeHash: store.storeHash, accessToken: store.token }
      return { Name: SecretId, VersionId: 'bench-1', SecretString: JSON.stringify(secret) }
    },
    'EventBridge PutEvents': ({ Entries }) => {
      const entries = Array.isArray(Entries) ? Entries : []
      events += entries.length
      return { FailedEntryCount: 0, Entries: entries.map((_, index) => ({ EventId: `bench-${index}` })) }
    },
  }
  return {
    ask: (target, body) => {
      const [prefix = '', name = ''] = target.split('.')
      const action = `${services[prefix] ?? prefix} ${name}`
      const input: unknown = JSON.parse(body.toString())
      if (prefix === 'DynamoDB_20120810') {
        const { status, body: answer } = tables.ask(name, input)
        return { action, status, text: JSON.stringify(answer) }
      }
      const answer = answers[action]?.(input as Record<string, unknown>)
      if (answer === undefined) throw new Error(`the bench's AWS does not know ${action}`)
      return { action, status: 200, text: JSON.stringify(answer) }
    },
    takeEvents: () => {
      const taken = events
      events = 0
      return taken
    },
  }
}
