import { GetFunctionConfigurationCommand, type LambdaClient } from '@aws-sdk/client-lambda'
import { systemClock, systemRandom } from '../../../lib/adapters/system.js'
import { createFunctionPool } from '../../../lib/local/stack/function-pool.js'
import { atTheEnd } from '../../support/endings.js'

export type FunctionOptions = {
  lambda: LambdaClient
  functionName: string
  /** Where its zip is unpacked. */
  directory: string
  /** Laid over the environment that Lambda says the function has. */
  environment: Record<string, string>
  onLine: (line: string) => void
}

export type ZippedFunction = {
  /** In a warm container, or a new one where all are busy. */
  invoke(event: unknown): Promise<unknown>
  variables: Record<string, string>
}

/** A function of the zip with the handler, time-out and environment that Lambda says it has. */
export async function startFunction(options: FunctionOptions): Promise<ZippedFunction> {
  const { lambda, functionName, directory, environment, onLine } = options
  const described = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: functionName }))
  const { Handler, Timeout, MemorySize, FunctionArn, Environment } = described
  if (Handler === undefined || Timeout === undefined || MemorySize === undefined || FunctionArn === undefined)
    throw new Error(`${functionName} is not all there`)
  const variables = { ...Environment?.Variables, ...environment }
  const { invoke, stop } = createFunctionPool({
    clock: systemClock,
    random: systemRandom,
    declaration: {
      handler: Handler,
      name: functionName,
      arn: FunctionArn,
      timeoutMs: Timeout * 1_000,
      memoryMb: MemorySize,
      environment: {},
      maximumRetryAttempts: 0,
      onFailureQueue: undefined,
      hasUrl: false,
      queueSources: [],
      rules: [],
      schedules: [],
    },
    distDirectory: directory,
    environment: variables,
    onLine,
  })
  atTheEnd(stop)
  return { invoke, variables }
}
