import { ListSecretsCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { Unavailable } from '../core/errors.js'
import type { StoreList } from '../engine/ports.js'

/** Every store that has a secret under the prefix; a secret with another kind of name is none of ours. */
export function createStoreList(
  { client }: { client: Pick<SecretsManagerClient, 'send'> },
  { prefix }: { prefix: string },
): StoreList {
  return {
    list: async () => {
      const storeHashes: string[] = []
      let token: string | undefined
      do {
        const page = await listPage(client, prefix, token)
        storeHashes.push(...page.names.flatMap(name => readStoreHash(name, prefix)))
        token = page.token
      } while (token !== undefined)
      return [...new Set(storeHashes)].sort()
    },
  }
}

async function listPage(
  client: Pick<SecretsManagerClient, 'send'>,
  prefix: string,
  token: string | undefined,
): Promise<{ names: string[]; token: string | undefined }> {
  try {
    const answer = await client.send(
      new ListSecretsCommand({
        Filters: [{ Key: 'name', Values: [prefix] }],
        MaxResults: 100,
        ...(token !== undefined && { NextToken: token }),
      }),
    )
    return { names: (answer.SecretList ?? []).flatMap(({ Name }) => Name ?? []), token: answer.NextToken }
  } catch (error) {
    // Translated at the wall: the SDK's own error may hold the whole request.
    const name = error instanceof Error ? error.name : 'unknown error'
    throw new Unavailable(`Secrets Manager did not list the stores' secrets: ${name}`)
  }
}

const readStoreHash = (name: string, prefix: string): string[] => {
  const rest = name.startsWith(prefix) ? name.slice(prefix.length) : ''
  return /^[a-z0-9]{1,32}$/.test(rest) ? [rest] : []
}
