// The part of Lambda's Node runtime: `provided` style, as AWS documents its Runtime API. It takes the next invocation, calls the
// handler, answers, and begins again; it knows nothing of payops and imports nothing of it but the bundle. When there is no
// next invocation it just stops asking: if the bundle left something open, the process stays, and a test sees that.
import { request } from 'node:http'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const { AWS_LAMBDA_RUNTIME_API: address, LAMBDA_TASK_ROOT: taskRoot, _HANDLER: handlerPath } = process.env
const monotonicMs = () => performance.now()

/** A connection of its own for each call, so that the loop itself leaves nothing open. */
function call(method, path, body) {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `http://${address}/2018-06-01/runtime${path}`,
      { method, agent: false },
      answer => {
        let text = ''
        answer.setEncoding('utf8')
        answer.on('data', chunk => {
          text += chunk
        })
        answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, text }))
        answer.on('error', reject)
      },
    )
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

const describeError = error =>
  JSON.stringify({
    errorType: error instanceof Error ? error.name : typeof error,
    errorMessage: error instanceof Error ? error.message : String(error),
    stackTrace: error instanceof Error ? String(error.stack).split('\n') : [],
  })

async function importHandler() {
  const at = handlerPath.lastIndexOf('.')
  const bundle = await import(pathToFileURL(join(taskRoot, `${handlerPath.slice(0, at)}.mjs`)).href)
  const handler = bundle[handlerPath.slice(at + 1)]
  if (typeof handler !== 'function') throw new Error(`${handlerPath} is undefined or not exported`)
  // From Node 24 on Lambda has no callbacks any more and refuses a handler that takes one.
  if (handler.length > 2) throw new Error(`${handlerPath} takes a callback`)
  return handler
}

function createContext(headers) {
  // The deadline is an instant of the server's clock; what is left of it is measured by this machine's monotonic one.
  const endsAt = monotonicMs() + Number(headers['lambda-runtime-deadline-ms']) - Date.now()
  return {
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(endsAt - monotonicMs())),
  }
}

async function serve(handler) {
  for (;;) {
    const { status, headers, text } = await call('GET', '/invocation/next')
    if (status !== 200) return
    const id = headers['lambda-runtime-aws-request-id']
    try {
      const result = await handler(JSON.parse(text), createContext(headers))
      await call('POST', `/invocation/${id}/response`, JSON.stringify(result) ?? 'null')
    } catch (error) {
      // Whatever a handler throws is the answer of this invocation.
      await call('POST', `/invocation/${id}/error`, describeError(error))
    }
  }
}

let handler
try {
  handler = await importHandler()
} catch (error) {
  // A bundle that cannot be imported: Lambda is told, and the container ends.
  await call('POST', '/init/error', describeError(error))
  process.exitCode = 1
}
if (handler !== undefined) await serve(handler)
