import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Clock, Random } from '../../core/time.js'
import { type Container, FunctionError, startContainer } from './container.js'
import type { FunctionDeclaration } from './declaration.js'

export type FunctionPool = {
  /** Runs the function once, in a warm container if there is one. Rejects with a FunctionError. */
  invoke(event: unknown): Promise<unknown>
  /** Kills every container, busy or not; what still waits is refused. */
  stop(): Promise<void>
}

export type PoolOptions = {
  clock: Clock
  random: Random
  declaration: FunctionDeclaration
  distDirectory: string
  /** The whole environment of the function. */
  environment: Record<string, string>
  onLine: (line: string) => void
}

// A burst of events would otherwise start a process each; Lambda queues asynchronous invocations just so.
const CONTAINERS_MAX = 10

/** The containers of one function: as many as invocations at once, each reused while it is warm and alive. */
export function createFunctionPool(options: PoolOptions): FunctionPool {
  const { clock, random, declaration, distDirectory, environment, onLine } = options
  const all = new Set<Container>()
  const warm: Container[] = []
  const waiting: (() => void)[] = []
  let busy = 0
  let stopped = false

  const { bundlePath, handlerName } = locateHandler(declaration.handler, distDirectory)

  const obtainContainer = async (): Promise<Container> => {
    for (let container = warm.pop(); container; container = warm.pop()) {
      if (container.isAlive()) return container
      all.delete(container)
    }
    if (!existsSync(bundlePath)) {
      throw new FunctionError('ResourceNotFoundException', `Function not found: ${bundlePath}`, [], true)
    }
    const hostPath = join(distDirectory, 'local', 'function-host.mjs')
    const container = startContainer({ clock, hostPath, bundlePath, handlerName, environment, onLine })
    all.add(container)
    return container
  }

  const invokeOnce = async (event: unknown): Promise<unknown> => {
    const requestId = random.uuid()
    const container = await obtainContainer()
    try {
      await container.ready
      if (stopped) throw stoppedError()
      return await container.invoke(event, lambdaContext(declaration, requestId), declaration.timeoutMs)
    } catch (error) {
      // Lambda writes this line itself when the function can no longer do so.
      if (!container.isAlive()) onLine(`RequestId: ${requestId} Error: ${String(error)}`)
      throw error
    } finally {
      if (container.isAlive() && !stopped) warm.push(container)
      else await container.kill().then(() => all.delete(container))
    }
  }

  return {
    invoke: async event => {
      while (busy >= CONTAINERS_MAX && !stopped) await new Promise<void>(resolve => waiting.push(resolve))
      if (stopped) throw stoppedError()
      busy += 1
      try {
        return await invokeOnce(event)
      } finally {
        busy -= 1
        waiting.shift()?.()
      }
    },
    stop: async () => {
      stopped = true
      for (const resume of waiting.splice(0)) resume()
      await Promise.all([...all].map(container => container.kill()))
    },
  }
}

/** `dist/functions/x.handler` names the export `handler` of `<distDirectory>/functions/x.mjs`. */
function locateHandler(handler: string, distDirectory: string): { bundlePath: string; handlerName: string } {
  const dot = handler.lastIndexOf('.')
  const relative = handler.slice(0, dot).replace(/^dist\//, '')
  return {
    bundlePath: join(distDirectory, `${relative}.mjs`),
    handlerName: handler.slice(dot + 1) || basename(handler),
  }
}

const lambdaContext = ({ name, arn, memoryMb }: FunctionDeclaration, awsRequestId: string) => ({
  functionName: name,
  functionVersion: '$LATEST',
  invokedFunctionArn: arn,
  memoryLimitInMB: String(memoryMb),
  awsRequestId,
  logGroupName: `/aws/lambda/${name}`,
  logStreamName: 'local',
})

const stoppedError = () => new FunctionError('ServiceException', 'The stack has been stopped')
