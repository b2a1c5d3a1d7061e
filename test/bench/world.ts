import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { systemClock } from '../../lib/adapters/system.js'
import { benchStore } from './bench-store.js'
import { benchTables, type Traffic, type WorldAnswer, type WorldQuestion } from './protocol.js'
import { createAws } from './world/aws.js'
import { createTables } from './world/dynamodb.js'
import { createPaymentsApi } from './world/payments-api.js'

/** The bench's world, a process of its own: the API and all of AWS on one port, counted by service and action. */

const apiPath = '/api/v3/io/ip'
const tables = createTables({
  [benchTables.ledger]: { key: 'pk', index: 'paymentKey' },
  [benchTables.idempotency]: { key: 'id' },
})
const aws = createAws(tables, benchStore)
const api = createPaymentsApi(systemClock)
let calls: Record<string, number> = {}
let cpuBefore = process.cpuUsage()

const count = (action: string): void => {
  calls[action] = (calls[action] ?? 0) + 1
}

async function answer(request: IncomingMessage, response: ServerResponse, body: Buffer): Promise<void> {
  const target = request.headers['x-amz-target']
  if (typeof target === 'string') {
    const { action, status, text } = aws.ask(target, body)
    count(action)
    const type = target.startsWith('DynamoDB') ? 'application/x-amz-json-1.0' : 'application/x-amz-json-1.1'
    return send(response, status, { 'Content-Type': type }, text)
  }
  const path = (request.url ?? '').replace(apiPath, '')
  count(`API ${request.method} ${path.replace(/\/\d+/, '/{id}')}`)
  const { status, headers, text } = await api.answer(path, body)
  send(response, status, { 'Content-Type': 'application/json', ...headers }, text)
}

function send(response: ServerResponse, status: number, headers: Record<string, string>, text: string): void {
  response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(text) })
  response.end(text)
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    answer(request, response, Buffer.concat(chunks)).catch(error => {
      // A contender asked for something that the bench does not have: the run is worth nothing.
      console.error(`bench world: ${error instanceof Error ? error.message : error}`)
      process.exit(1)
    })
  })
})
// An idle socket that is closed just as a contender uses it again would be a fault that nobody asked for.
server.keepAliveTimeout = 600_000

function takeTraffic(): Traffic {
  const { user, system } = process.cpuUsage(cpuBefore)
  cpuBefore = process.cpuUsage()
  const taken = calls
  calls = {}
  return {
    calls: taken,
    units: tables.takeUnits(),
    events: aws.takeEvents(),
    cpuMs: (user + system) / 1000,
    ...api.take(),
  }
}

const tell = (answer: WorldAnswer): void => void process.send?.(answer)

process.on('message', (question: WorldQuestion) => {
  if (question.kind === 'set') api.set(question.weather)
  if (question.kind === 'clear') tables.clear()
  tell(takeTraffic())
})
process.on('disconnect', () => process.exit(0))
server.listen(0, '127.0.0.1', () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  tell({ environment: { AWS_ENDPOINT_URL: url, B2B_API_BASE_URL: `${url}${apiPath}` } })
})
