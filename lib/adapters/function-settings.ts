import { GetFunctionConfigurationCommand, type LambdaClient } from '@aws-sdk/client-lambda'
import type { FunctionSettings } from '../engine/ports.js'
import { nameOf } from './inspect-with.js'

/** `open` makes the client: undefined where Lambda is not to be asked, as on an embedded stack without it. */
export function createFunctionSettings(
  open: () => Pick<LambdaClient, 'send'> | undefined,
  functionName: string,
): FunctionSettings {
  return {
    read: async variable => {
      const client = open()
      if (client === undefined) return { known: false, why: 'Lambda is not served here' }
      try {
        const command = new GetFunctionConfigurationCommand({ FunctionName: functionName })
        const value = (await client.send(command)).Environment?.Variables?.[variable]?.trim()
        return { known: true, ...(value !== undefined && value !== '' && { value }) }
      } catch (error) {
        // No right to ask, no such function, no answer: what is not known is told as that. Of the error only its name.
        return { known: false, why: nameOf(error) }
      }
    },
  }
}
