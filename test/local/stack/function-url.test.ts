import { afterEach, describe, expect, it } from '@jest/globals'
import { aStack, aTemplate, cleanUp, type RunningStack } from './a-stack.js'

const TRIAL = aTemplate({
  functions: `
  door:
    handler: dist/functions/door.handler
    url: true
  neighbour:
    handler: dist/functions/neighbour.handler
    environment: { DOOR_URL: !GetAtt DoorLambdaFunctionUrl.FunctionUrl }`,
})

afterEach(cleanUp)

const aDoor = (handler: string): Promise<RunningStack> =>
  aStack(TRIAL, {
    door: `export const handler = ${handler}`,
    neighbour: 'export const handler = () => process.env.DOOR_URL',
  })

const call = (stack: RunningStack, path = '', init: RequestInit = {}) =>
  fetch(`${stack.functionUrls['door']}${path}`, init)

const post = (body: string, headers: Record<string, string>): RequestInit => ({
  method: 'POST',
  body,
  headers,
})

describe('startFunctionUrl', () => {
  it('calls the function with the event that AWS builds', async () => {
    const stack = await aDoor('async event => event')
    const answer = await call(stack, 'hooks/a%20b?x=1&x=2&y=', {
      ...post('{"a":1}', {
        'Content-Type': 'application/json',
        'Webhook-Id': 'msg_1',
        'User-Agent': 'trial',
      }),
    })
    const host = new URL(String(stack.functionUrls['door'])).host
    expect(await answer.json()).toMatchObject({
      version: '2.0',
      routeKey: '$default',
      rawPath: '/hooks/a%20b',
      rawQueryString: 'x=1&x=2&y=',
      queryStringParameters: { x: '1,2', y: '' },
      headers: {
        host,
        'content-type': 'application/json',
        'webhook-id': 'msg_1',
        'x-forwarded-proto': 'https',
      },
      requestContext: {
        accountId: 'anonymous',
        domainName: host,
        http: {
          method: 'POST',
          path: '/hooks/a%20b',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'trial',
        },
        requestId: answer.headers.get('x-amzn-requestid'),
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
      body: '{"a":1}',
      isBase64Encoded: false,
    })
  })

  it.each([
    ['text/plain; charset=utf-8', false],
    ['application/json', false],
    ['application/octet-stream', true],
    ['application/x-www-form-urlencoded', true],
  ])('hands on a body of %s in base64: %s', async (type, isBase64Encoded) => {
    const stack = await aDoor('async ({ body, isBase64Encoded }) => ({ body, isBase64Encoded })')
    const body = isBase64Encoded ? Buffer.from('grün').toString('base64') : 'grün'
    expect(await (await call(stack, '', post('grün', { 'content-type': type }))).json()).toEqual({
      body,
      isBase64Encoded,
    })
  })

  it('has no body where nothing was sent', async () => {
    const stack = await aDoor('async ({ body, isBase64Encoded }) => [body === undefined, isBase64Encoded]')
    expect(await (await call(stack)).json()).toEqual([true, false])
  })

  it('joins a header that came twice', async () => {
    const stack = await aDoor('async ({ headers }) => headers["webhook-signature"]')
    const headers = new Headers([
      ['webhook-signature', 'v1,a'],
      ['webhook-signature', 'v1,b'],
    ])
    expect(await (await call(stack, '', { headers })).text()).toMatch(/^v1,a, ?v1,b$/)
  })

  it('answers with the status, headers and body of the result', async () => {
    const stack = await aDoor(
      `async () => ({ statusCode: 401, headers: { 'x-why': 'so' }, body: 'bm8=', isBase64Encoded: true })`,
    )
    const answer = await call(stack)
    expect([answer.status, answer.headers.get('x-why'), await answer.text()]).toEqual([401, 'so', 'no'])
  })

  it('answers 502 when the function throws, and says nothing of why', async () => {
    const stack = await aDoor(`async () => { throw new Error('a secret') }`)
    const answer = await call(stack)
    expect([answer.status, await answer.text()]).toEqual([502, '{"Message":"Internal Server Error"}'])
  })

  it('answers 502 to a status that is none', async () => {
    const stack = await aDoor(`async () => ({ statusCode: 'fine' })`)
    expect((await call(stack)).status).toBe(502)
  })

  it('answers 413 above six megabytes and leaves the function alone', async () => {
    const stack = await aDoor('async event => event.body.length')
    const bytes = 6 * 1024 * 1024
    expect(
      (await call(stack, '', post('a'.repeat(bytes + 1), { 'content-type': 'text/plain' }))).status,
    ).toBe(413)
    expect(
      await (await call(stack, '', post('a'.repeat(bytes), { 'content-type': 'text/plain' }))).text(),
    ).toBe(String(bytes))
  })

  it('is known to the other functions and to the Lambda API', async () => {
    const stack = await aDoor('async () => null')
    const url = stack.functionUrls['door']
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/)
    expect(await stack.invoke('neighbour', {})).toBe(url)
    const lambda = String(stack.env['AWS_ENDPOINT_URL_LAMBDA'])
    const described = await fetch(`${lambda}/2021-10-31/functions/trial-local-door/url`)
    expect(await described.json()).toMatchObject({ FunctionUrl: url, AuthType: 'NONE' })
    const neighbour = await fetch(`${lambda}/2015-03-31/functions/trial-local-neighbour/configuration`)
    expect(await neighbour.json()).toMatchObject({ Environment: { Variables: { DOOR_URL: url } } })
    expect((await fetch(`${lambda}/2021-10-31/functions/trial-local-neighbour/url`)).status).toBe(404)
  })
})
