import {
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  GetFunctionEventInvokeConfigCommand,
  type LambdaClient,
  ListEventSourceMappingsCommand,
} from '@aws-sdk/client-lambda'
import type { Observation } from '../core/diagnose.js'
import { inspectWith, lastPartOf, orMissing, textFacts } from './inspect-with.js'

type Deps = { client: Pick<LambdaClient, 'send'> }

/** A function by its name: how it runs, and what becomes of an event that it fails with. */
export const inspectFunction = ({ client }: Deps, name: string): Promise<Observation> =>
  inspectWith(async () => {
    const found = await client.send(new GetFunctionConfigurationCommand({ FunctionName: name }))
    const { ReservedConcurrentExecutions } = await client.send(
      new GetFunctionConcurrencyCommand({ FunctionName: name }),
    )
    const whenFailed = await orMissing(() =>
      client.send(new GetFunctionEventInvokeConfigCommand({ FunctionName: name })),
    )
    const onFailure = whenFailed?.DestinationConfig?.OnFailure?.Destination
    return {
      seen: 'there',
      facts: textFacts({
        runtime: found.Runtime,
        handler: found.Handler,
        memory: found.MemorySize,
        timeout: found.Timeout,
        // A failed update leaves the old code running.
        state: found.LastUpdateStatus === 'Failed' ? 'of a failed update' : found.State,
        // Any other number is the account's own matter; none at all stops it.
        mayRun: ReservedConcurrentExecutions !== 0,
        retries: whenFailed?.MaximumRetryAttempts,
        onFailure: onFailure === undefined ? undefined : lastPartOf(onFailure),
      }),
    }
  })

/** What takes messages off a queue for a function. Of several the first counts: the template declares one. */
export const inspectQueueSource = ({ client }: Deps, functionName: string): Promise<Observation> =>
  inspectWith(async () => {
    const { EventSourceMappings = [] } = await client.send(
      new ListEventSourceMappingsCommand({ FunctionName: functionName }),
    )
    const [found] = EventSourceMappings
    if (found === undefined) return { seen: 'missing' }
    return {
      seen: 'there',
      ...(found.UUID !== undefined && { handle: found.UUID }),
      facts: textFacts({
        state: found.State,
        queue: lastPartOf(found.EventSourceArn ?? ''),
        batchSize: found.BatchSize,
        functionResponseTypes: found.FunctionResponseTypes?.join(' '),
      }),
    }
  })

/** What a rule has as its target; undefined: there is no such function. */
export const readFunctionArn = async ({ client }: Deps, name: string): Promise<string | undefined> =>
  (await orMissing(() => client.send(new GetFunctionConfigurationCommand({ FunctionName: name }))))
    ?.FunctionArn
