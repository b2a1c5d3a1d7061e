import { type ChildProcess, fork } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { Clock } from '../../core/time.js'

// A container: a child process that holds one imported bundle and serves one invocation at a time. It is starting, ready,
// busy or dead; a time-out, a crash and a failed start end in dead, and it is never used again.

/** An invocation that failed, in the words Lambda uses. `unreachable`: the handler was never there to be called. */
export class FunctionError extends Error {
  override name = 'FunctionError'
  readonly errorType: string
  readonly trace: string[]
  readonly unreachable: boolean

  constructor(errorType: string, message: string, trace: string[] = [], unreachable = false) {
    super(message)
    this.errorType = errorType
    this.trace = trace
    this.unreachable = unreachable
  }
}

export type Container = {
  /** Resolves once the bundle is imported; rejects with a FunctionError if it cannot be. */
  ready: Promise<void>
  invoke(event: unknown, context: Record<string, unknown>, timeoutMs: number): Promise<unknown>
  isAlive(): boolean
  /** Resolves when the process is gone. */
  kill(): Promise<void>
}

export type ContainerOptions = {
  clock: Clock
  hostPath: string
  bundlePath: string
  handlerName: string
  environment: Record<string, string>
  onLine: (line: string) => void
}

type Reply =
  | { type: 'ready' }
  | { type: 'result'; text: string }
  | { type: 'error' | 'initError'; error: { errorType: string; errorMessage: string; trace: string[] } }

// Lambda allows 10 s. A loaded machine of two cores may need longer, and a start cut off here would only be repeated.
const START_TIMEOUT_MS = 60_000

/** Starts a process for a built bundle; it can be used once `ready` has resolved. */
export function startContainer(options: ContainerOptions): Container {
  const { clock, onLine } = options
  const child = fork(options.hostPath, [options.bundlePath, options.handlerName], {
    // Only what the function declares: nothing of the parent's environment or flags.
    env: options.environment,
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  forwardLines(child.stdout, onLine)
  forwardLines(child.stderr, onLine)
  const exited = new Promise<void>(resolve => {
    // Not `exit`: a last line of output may still be on its way then, to a reader who has gone.
    child.once('close', () => resolve())
  })
  // A process that could not be started, or a message that it no longer took: its invocation ends by `close`.
  child.on('error', error => onLine(`The container failed: ${error.message}`))
  const isAlive = () =>
    !child.killed && child.exitCode === null && child.signalCode === null && child.connected
  const kill = () => {
    child.kill('SIGKILL')
    return exited
  }
  const awaitReply = (timeoutMs: number, onTimeout: () => FunctionError) =>
    withDeadline(nextReply(child), timeoutMs, clock, () => {
      child.kill('SIGKILL')
      return onTimeout()
    })

  const ready = awaitReply(START_TIMEOUT_MS, () => timedOut(START_TIMEOUT_MS)).then(reply => {
    if (reply.type === 'initError') throw toFunctionError(reply.error)
  })
  return {
    ready,
    isAlive,
    kill,
    invoke: async (event, context, timeoutMs) => {
      const reply = awaitReply(timeoutMs, () => timedOut(timeoutMs))
      child.send({ event, context, budgetMs: timeoutMs })
      const answer = await reply
      if (answer.type === 'error' || answer.type === 'initError') throw toFunctionError(answer.error)
      return answer.type === 'result' ? JSON.parse(answer.text) : null
    },
  }
}

/** The next message of the child, or its end. */
function nextReply(child: ChildProcess): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void) => {
      child.off('message', onMessage)
      child.off('close', onClose)
      finish()
    }
    const onMessage = (message: unknown) => settle(() => resolve(message as Reply))
    // Not `exit`: a last message may still be on its way then.
    const onClose = (code: number | null, signal: string | null) => {
      const how = signal === null ? `exit status ${code}` : `signal: ${signal}`
      settle(() => reject(new FunctionError('Runtime.ExitError', `Runtime exited with error: ${how}`)))
    }
    child.on('message', onMessage)
    child.on('close', onClose)
    // It may have died between two invocations, before anybody listened.
    if (child.exitCode !== null || child.signalCode !== null) onClose(child.exitCode, child.signalCode)
  })
}

async function withDeadline<T>(
  work: Promise<T>,
  ms: number,
  clock: Clock,
  onTimeout: () => Error,
): Promise<T> {
  const done = new AbortController()
  const deadline = clock.sleep(ms, done.signal).then(() => {
    if (!done.signal.aborted) throw onTimeout()
    return work
  })
  try {
    return await Promise.race([work, deadline])
  } finally {
    done.abort()
    // The side that lost the race has no reader left.
    work.catch(() => undefined)
    deadline.catch(() => undefined)
  }
}

function forwardLines(stream: Readable | null, onLine: (line: string) => void): void {
  if (stream) createInterface({ input: stream }).on('line', onLine)
}

const timedOut = (ms: number) =>
  new FunctionError('Sandbox.Timedout', `Task timed out after ${(ms / 1000).toFixed(2)} seconds`)

const toFunctionError = (error: { errorType: string; errorMessage: string; trace: string[] }) =>
  new FunctionError(error.errorType, error.errorMessage, error.trace)
