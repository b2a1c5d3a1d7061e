import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { Unavailable } from '../core/errors.js'
import { isRecord } from '../core/read-field.js'
import type { SecretWriter } from '../engine/ports.js'

/** Writes the stores' secrets, for a person; no function may. Nothing of a secret is in what it throws. */
export function createSecretWriter(
  { client }: { client: Pick<SecretsManagerClient, 'send'> },
  { prefix }: { prefix: string },
): SecretWriter {
  return {
    change: async (storeHash, change) => {
      const SecretId = `${prefix}${storeHash}`
      const text = await ask(SecretId, () => readText(client, SecretId))
      const SecretString = JSON.stringify(change(parse(text)))
      if (text === undefined) {
        const secret = {
          Name: SecretId,
          SecretString,
          Description: `payops: the API credentials of ${storeHash}`,
        }
        await ask(SecretId, () => client.send(new CreateSecretCommand(secret)))
        return { name: SecretId, wasThere: false }
      }
      await ask(SecretId, () => client.send(new PutSecretValueCommand({ SecretId, SecretString })))
      return { name: SecretId, wasThere: true }
    },
  }
}

/** Undefined: there is no such secret. */
async function readText(
  client: Pick<SecretsManagerClient, 'send'>,
  SecretId: string,
): Promise<string | undefined> {
  try {
    const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId }))
    return SecretString
  } catch (error) {
    // Its absence is an answer.
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined
    throw error
  }
}

/** What is no JSON object has nothing that could be kept; the version before it stays in Secrets Manager. */
function parse(text: string | undefined): Record<string, unknown> {
  try {
    const content: unknown = JSON.parse(text ?? '{}')
    return isRecord(content) ? content : {}
  } catch {
    // The parser's message would quote the secret.
    return {}
  }
}

async function ask<T>(secretId: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    // Translated at the wall: the SDK's own error may hold the whole request.
    const name = error instanceof Error ? error.name : 'unknown error'
    throw new Unavailable(`Secrets Manager did not take or give ${secretId}: ${name}`)
  }
}
