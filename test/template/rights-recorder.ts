import type { Declaration } from '../../lib/local/stack/declaration.js'
import { type Received, startHttpServer } from '../support/http-server.js'
import { actionOf } from './action-of.js'

/** A right as a role grants it: `sqs:SendMessage OperationsQueue`, the resource by its logical id. */
export type Right = string

export type RightsRecorder = {
  /** The `env` of the emulators, with itself in place of each. */
  env: Record<string, string>
  /** What was called, each once, sorted. */
  rights(): Right[]
}

/** By what the header X-Amz-Target begins with: where the call goes, and how its body names what it is done to. */
const services: Record<string, { prefix: string; endpoint: string; resources(call: Call): string[] }> = {
  AmazonSQS: {
    prefix: 'sqs',
    endpoint: 'AWS_ENDPOINT_URL_SQS',
    resources: ({ input, declaration }) => {
      const name = String(input['QueueUrl']).split('/').at(-1)
      return idsOf(declaration.queues, name)
    },
  },
  DynamoDB_20120810: {
    prefix: 'dynamodb',
    endpoint: 'AWS_ENDPOINT_URL_DYNAMODB',
    resources: ({ input, declaration }) => {
      const { TableName, RequestItems = {}, IndexName } = input
      const names = TableName === undefined ? Object.keys(RequestItems as object) : [TableName]
      const index = IndexName === undefined ? '' : `/index/${IndexName}`
      return names.map(name => `${name === declaration.table.name ? 'LedgerTable' : name}${index}`)
    },
  },
  secretsmanager: {
    prefix: 'secretsmanager',
    endpoint: 'AWS_ENDPOINT_URL_SECRETS_MANAGER',
    // A list is of all secrets, and a role can grant it for all only.
    resources: ({ input }) => [String(input['SecretId'] ?? '*').replace(/^payops\/[a-z0-9]+$/, 'payops/*')],
  },
  AWSEvents: {
    prefix: 'events',
    endpoint: 'AWS_ENDPOINT_URL_EVENTBRIDGE',
    resources: ({ input, declaration }) =>
      (input['Entries'] as { EventBusName?: string }[]).map(({ EventBusName = 'default' }) =>
        EventBusName === declaration.bus.name ? declaration.bus.logicalId : EventBusName,
      ),
  },
}
type Call = { input: Record<string, unknown>; declaration: Declaration }

const idsOf = (named: Record<string, { name: string }>, name: string | undefined): string[] => {
  const ids = Object.keys(named).filter(id => named[id]?.name === name)
  return ids.length === 0 ? [String(name)] : ids
}

/** Stands between functions and the embedded services: passes each call on, and writes down what right it needs in AWS. */
export async function startRightsRecorder(
  env: Record<string, string>,
  declaration: Declaration,
): Promise<RightsRecorder> {
  const rights = new Set<Right>()
  const { url } = await startHttpServer((response, request) => {
    const [origin, needed] = readCall(request, env, declaration)
    for (const right of needed) rights.add(right)
    pass(`${origin}${request.url}`, request)
      .then(({ status, headers, text }) => response.writeHead(status, headers).end(text))
      // What stands behind is gone, at the end of the test: nobody can be answered.
      .catch(() => response.destroy())
  })
  const endpoints = Object.keys(env).filter(name => name.startsWith('AWS_ENDPOINT_URL_'))
  return {
    env: { ...env, ...Object.fromEntries(endpoints.map(name => [name, url])) },
    rights: () => [...rights].sort(),
  }
}

function readCall(request: Received, env: Record<string, string>, declaration: Declaration) {
  const [target = '', called = ''] = String(request.headers['x-amz-target']).split('.')
  const service = services[target]
  if (service === undefined) throw new Error(`a call of an unknown service: ${target}`)
  const input = JSON.parse(request.body) as Record<string, unknown>
  const action = actionOf(service.prefix, called)
  const needed = service.resources({ input, declaration }).map(resource => `${action} ${resource}`)
  return [env[service.endpoint]?.replace(/\/$/, '') ?? '', needed] as const
}

async function pass(url: string, { headers, body }: Received) {
  const kept = ['content-type', 'x-amz-target', 'x-amz-date', 'authorization']
  const answer = await fetch(url, {
    method: 'POST',
    headers: Object.fromEntries(kept.map(name => [name, String(headers[name] ?? '')])),
    body,
  })
  const type = answer.headers.get('content-type') ?? 'application/json'
  return { status: answer.status, headers: { 'content-type': type }, text: await answer.text() }
}
