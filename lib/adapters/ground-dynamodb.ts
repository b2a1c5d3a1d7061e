import { Unavailable } from '../core/errors.js'
import { ConditionRefused, type DynamoDb } from './dynamodb.js'

/** DynamoDB as the engine's ports have it: translated at the wall; a refused condition is the adapter's to read. */
export const groundDynamoDb = (dynamodb: DynamoDb): DynamoDb => ({
  call: async (action, input) => {
    try {
      return await dynamodb.call(action, input)
    } catch (error) {
      // The error's name says enough; the rest of it may hold what was sent.
      if (error instanceof ConditionRefused) throw error
      throw new Unavailable(
        `DynamoDB ${action} failed: ${error instanceof Error ? error.name : 'unknown error'}`,
      )
    }
  },
})
