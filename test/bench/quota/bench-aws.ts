import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { benchStore } from '../bench-store.js'
import { benchTables } from '../protocol.js'
import { createAws } from '../world/aws.js'
import { createTables } from '../world/dynamodb.js'
import type { LightQueue } from './light-queue.js'

export type BenchAws = { url: string; calls(): Record<string, number>; stop(): Promise<void> }

/** DynamoDB, Secrets Manager and EventBridge of the bench, and the light queue, on one port. */
export async function startBenchAws(queue: LightQueue): Promise<BenchAws> {
  const aws = createAws(
    createTables({ [benchTables.ledger]: { key: 'pk', index: 'paymentKey' } }),
    benchStore,
  )
  const calls: Record<string, number> = {}
  const answer = (target: string, body: Buffer): { action: string; status: number; text: string } => {
    const [service, action = ''] = target.split('.')
    if (service !== 'AmazonSQS') return aws.ask(target, body)
    return {
      action: `SQS ${action}`,
      status: 200,
      text: JSON.stringify(queue.ask(action, JSON.parse(body.toString()))),
    }
  }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { action, status, text } = answer(String(request.headers['x-amz-target']), Buffer.concat(chunks))
      calls[action] = (calls[action] ?? 0) + 1
      response.writeHead(status, { 'Content-Type': 'application/x-amz-json-1.0' })
      response.end(text)
    })
  })
  server.keepAliveTimeout = 600_000
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: () => calls,
    stop: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
