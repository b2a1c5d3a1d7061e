import { pathToFileURL } from 'node:url'

// What runs inside a container of the embedded stack: the part of Lambda's runtime. It is started with the path of a
// built bundle and the name of its handler, imports the bundle once, says so, and then calls the handler for each
// message of its parent, one at a time. It is the runtime, not our code: what it reads of the clock is the handler's
// budget, on the machine's monotonic time.

type Invocation = { event: unknown; context: Record<string, unknown>; budgetMs: number }

const monotonicMs = () => performance.now()

const describeError = (error: unknown) =>
  error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, trace: String(error.stack).split('\n') }
    : { errorType: typeof error, errorMessage: String(error), trace: [] }

// Without its parent a container has no reason to be: after a kill -9 of the stack nothing stays behind.
process.on('disconnect', () => process.exit(0))

const [bundlePath = '', handlerName = ''] = process.argv.slice(2)

async function importHandler(): Promise<(event: unknown, context: unknown) => unknown> {
  const bundle: Record<string, unknown> = await import(pathToFileURL(bundlePath).href)
  const handler = bundle[handlerName]
  if (typeof handler !== 'function') throw new Error(`${handlerName} is undefined or not exported`)
  return (event, context) => handler(event, context)
}

async function answerInvocation(
  handler: (event: unknown, context: unknown) => unknown,
  invocation: Invocation,
) {
  const endsAt = monotonicMs() + invocation.budgetMs
  const context = {
    ...invocation.context,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(endsAt - monotonicMs())),
  }
  try {
    const result = await handler(invocation.event, context)
    // As text, like Lambda: what JSON cannot hold is lost here and not at the parent.
    process.send?.({ type: 'result', text: JSON.stringify(result) ?? 'null' })
  } catch (error) {
    // Whatever a handler throws is the answer of this invocation; the container lives on.
    console.error(JSON.stringify({ level: 'ERROR', message: 'Invoke Error', ...describeError(error) }))
    process.send?.({ type: 'error', error: describeError(error) })
  }
}

try {
  const handler = await importHandler()
  process.on('message', message => void answerInvocation(handler, message as Invocation))
  process.send?.({ type: 'ready' })
} catch (error) {
  // A bundle that cannot be imported, or refuses its configuration: Lambda ends the container and fails the invocation.
  console.error(JSON.stringify({ level: 'ERROR', message: 'Init Error', ...describeError(error) }))
  process.send?.({ type: 'initError', error: describeError(error) }, () => process.exit(1))
}
