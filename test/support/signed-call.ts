import { createHmac } from 'node:crypto'
import type { LambdaFunctionURLEvent } from 'aws-lambda'

/** A store's webhook, signed with node:crypto alone: whatever signs in payops has no part in it. */
export type Delivery = {
  secret: string
  storeHash?: string
  scope?: string
  data?: unknown
  hash?: unknown
  createdAt?: unknown
  id?: string
  /** Unix seconds. */
  timestamp: number
  headers?: Record<string, string>
  /** In place of the content that the other fields make. */
  body?: string
}

export type SignedCall = { headers: Record<string, string>; body: string }

export function signCall(delivery: Delivery): SignedCall {
  const { id = 'msg_2026', timestamp, headers = {} } = delivery
  const body = delivery.body ?? JSON.stringify(writeContent(delivery))
  const signature = signText(delivery.secret, `${id}.${timestamp}.${body}`)
  const signed = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signature,
  }
  return { body, headers: { ...signed, ...headers } }
}

/** The key is the text of the store's client secret. */
export const signText = (secret: string, text: string): string =>
  `v1,${createHmac('sha256', secret).update(text).digest('base64')}`

const writeContent = ({
  storeHash = 'luma7x2',
  scope = 'store/order/statusUpdated',
  data = { type: 'order', id: 250, status: { previous_status_id: 1, new_status_id: 11 } },
  hash = '352e4afc6dd3fc85ea26bfdf3f91852604d57528',
  createdAt = 1_795_334_400,
}: Delivery) => ({
  scope,
  store_id: '1025646',
  data,
  hash,
  created_at: createdAt,
  producer: `stores/${storeHash}`,
})

/** As Lambda hands a call of a Function URL over. */
export function toUrlEvent(
  { headers, body }: SignedCall,
  { method = 'POST', base64 = false } = {},
): LambdaFunctionURLEvent {
  const host = 'abc.lambda-url.us-east-1.on.aws'
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: '/',
    rawQueryString: '',
    headers: { host, ...headers },
    requestContext: {
      accountId: 'anonymous',
      apiId: 'abc',
      domainName: host,
      domainPrefix: 'abc',
      http: { method, path: '/', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'store' },
      requestId: '00000000-0000-4000-8000-000000000001',
      routeKey: '$default',
      stage: '$default',
      time: '22/Nov/2026:08:00:00 +0000',
      timeEpoch: 1_795_334_400_000,
    },
    body: base64 ? Buffer.from(body).toString('base64') : body,
    isBase64Encoded: base64,
  }
}
