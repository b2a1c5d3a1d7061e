import { createHash } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { AwsError } from './aws-json-server.js'
import type { Declaration, FunctionDeclaration } from './declaration.js'
import { type LoopbackServer, startLoopbackServer } from './loopback-server.js'

/**
 * What Lambda says of the functions that the stack runs, on a free port of the loopback interface: configuration, what
 * becomes of a failed event, and the pollers. Read only; invoking is the stack's own.
 */
export const startLambdaApi = (
  declaration: Declaration,
  environment: Record<string, string> = {},
  functionUrls: Record<string, string> = {},
): Promise<LoopbackServer> =>
  startLoopbackServer((request, response) => {
    request.resume()
    reply(response, () => {
      if (request.method !== 'GET')
        throw new AwsError('UnknownOperationException', 'Only reading is served here')
      const url = new URL(request.url ?? '/', 'http://127.0.0.1')
      return answer(declaration, environment, functionUrls, url)
    })
  })

function answer(
  declaration: Declaration,
  environment: Record<string, string>,
  functionUrls: Record<string, string>,
  { pathname, searchParams }: URL,
): unknown {
  const [, name, what] = /^\/[\d-]+\/functions\/([^/]+)\/([\w-]+)$/.exec(pathname) ?? []
  if (name !== undefined && what === 'configuration')
    return describeFunction(declaration, name, { environment, functionUrls })
  if (name !== undefined && what === 'url') return describeUrl(declaration, name, functionUrls)
  // None of them has a part of the account's concurrency to itself.
  if (name !== undefined && what === 'concurrency') return {}
  if (name !== undefined && what === 'event-invoke-config') return describeFailing(declaration, name)
  if (/^\/[\d-]+\/event-source-mappings\/?$/.test(pathname))
    return { EventSourceMappings: listSources(declaration, searchParams.get('FunctionName') ?? '') }
  throw new AwsError('UnknownOperationException', `GET ${pathname} is not served here`)
}

function describeFunction(
  declaration: Declaration,
  nameOrArn: string,
  { environment, functionUrls }: Record<'environment' | 'functionUrls', Record<string, string>>,
) {
  const {
    name,
    arn,
    handler,
    timeoutMs,
    memoryMb,
    environment: declared,
  } = findFunction(declaration, nameOrArn)
  return {
    FunctionName: name,
    FunctionArn: arn,
    Runtime: 'nodejs24.x',
    Handler: handler,
    Timeout: timeoutMs / 1000,
    MemorySize: memoryMb,
    State: 'Active',
    LastUpdateStatus: 'Successful',
    // Of what is declared the texts and the functions' URLs; a queue's URL is known to the functions only.
    Environment: {
      Variables: {
        ...Object.fromEntries(
          Object.entries(declared).flatMap(([variable, value]) => {
            if (typeof value === 'string') return [[variable, value]]
            return 'functionUrlOf' in value ? [[variable, functionUrls[value.functionUrlOf]]] : []
          }),
        ),
        ...environment,
      },
    },
  }
}

function describeUrl(declaration: Declaration, nameOrArn: string, functionUrls: Record<string, string>) {
  const declared = findFunction(declaration, nameOrArn)
  const key = Object.keys(declaration.functions).find(one => declaration.functions[one] === declared)
  const FunctionUrl = functionUrls[key ?? '']
  if (FunctionUrl === undefined)
    throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', 404)
  return { FunctionUrl, FunctionArn: declared.arn, AuthType: 'NONE', InvokeMode: 'BUFFERED' }
}

function describeFailing(declaration: Declaration, nameOrArn: string) {
  const { arn, maximumRetryAttempts, onFailureQueue } = findFunction(declaration, nameOrArn)
  const Destination = onFailureQueue === undefined ? undefined : declaration.queues[onFailureQueue]?.arn
  return {
    FunctionArn: `${arn}:$LATEST`,
    MaximumRetryAttempts: maximumRetryAttempts,
    DestinationConfig: { OnFailure: Destination === undefined ? {} : { Destination } },
  }
}

function listSources(declaration: Declaration, nameOrArn: string) {
  const { arn, queueSources } = findFunction(declaration, nameOrArn)
  return queueSources.map(({ queue, batchSize, maximumConcurrency, reportsBatchItemFailures }) => ({
    UUID: uuidOf(`${queue} ${arn}`),
    EventSourceArn: declaration.queues[queue]?.arn,
    FunctionArn: arn,
    BatchSize: batchSize,
    ScalingConfig: { MaximumConcurrency: maximumConcurrency },
    FunctionResponseTypes: reportsBatchItemFailures ? ['ReportBatchItemFailures'] : [],
    State: 'Enabled',
  }))
}

function findFunction({ functions }: Declaration, nameOrArn: string): FunctionDeclaration {
  const wanted = decodeURIComponent(nameOrArn)
  const found = Object.values(functions).find(({ name, arn }) => name === wanted || arn === wanted)
  if (!found) throw new AwsError('ResourceNotFoundException', `Function not found: ${wanted}`, 404)
  return found
}

/** Lambda gives each mapping an id that stays. */
const uuidOf = (text: string): string =>
  createHash('sha256')
    .update(text)
    .digest('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5')

function reply(response: ServerResponse, run: () => unknown): void {
  const send = (status: number, body: unknown, headers: Record<string, string> = {}) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(JSON.stringify(body))
  }
  try {
    const answered = run()
    send(200, answered)
  } catch (error) {
    // An AwsError is an answer, told as Lambda tells it; anything else is a bug of the emulator.
    const known = error instanceof AwsError ? error : new AwsError('ServiceException', String(error), 500)
    send(known.httpStatus, { Type: 'User', Message: known.message }, { 'x-amzn-errortype': known.code })
  }
}
