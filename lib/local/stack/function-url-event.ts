import type { IncomingMessage } from 'node:http'
import type { EpochMs } from '../../core/time.js'

// As text AWS hands these on; every other body goes to the function in base64.
const TEXT_TYPE = /^(text\/|application\/(json|javascript|xml)\b)/i

export type WebRequest = { request: IncomingMessage; body: Buffer; now: EpochMs; requestId: string }

/** What a function behind a Function URL is called with: payload format 2.0, as AWS builds it. */
export function createFunctionUrlEvent({ request, body, now, requestId }: WebRequest) {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1')
  const headers = readHeaders(request)
  const cookies = headers['cookie']?.split('; ')
  const query = Object.fromEntries(
    [...new Set(url.searchParams.keys())].map(name => [name, url.searchParams.getAll(name).join(',')]),
  )
  const isText = TEXT_TYPE.test(headers['content-type'] ?? '') && headers['content-encoding'] === undefined
  const domainName = headers['host'] ?? '127.0.0.1'
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    ...(cookies === undefined ? {} : { cookies }),
    headers,
    ...(Object.keys(query).length === 0 ? {} : { queryStringParameters: query }),
    requestContext: {
      accountId: 'anonymous',
      apiId: 'local',
      domainName,
      domainPrefix: domainName.split(/[.:]/)[0] ?? '',
      http: {
        method: request.method ?? 'GET',
        path: url.pathname,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId,
      routeKey: '$default',
      stage: '$default',
      time: formatTime(now),
      timeEpoch: now,
    },
    ...(body.length === 0 ? {} : { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  }
}

/** Lower-case names, one text each: of a header that came twice the values stand together, with a comma between. */
function readHeaders(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, values] of Object.entries(request.headersDistinct)) {
    if (values) headers[name] = values.join(name === 'cookie' ? '; ' : ',')
  }
  const sourceIp = request.socket.remoteAddress ?? '127.0.0.1'
  return { ...headers, 'x-forwarded-for': sourceIp, 'x-forwarded-proto': 'https', 'x-forwarded-port': '443' }
}

/** Such as 15/Jun/2026:09:30:00 +0000. */
function formatTime(now: EpochMs): string {
  const [, date = '', time = ''] = /^\w+, (\d+ \w+ \d+) ([\d:]+)/.exec(new Date(now).toUTCString()) ?? []
  return `${date.replaceAll(' ', '/')}:${time} +0000`
}
