import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager'
import type { MotoDeployment } from './a-moto-deployment.js'

export const secretOf = (storeHash: string, accessToken: string): string =>
  JSON.stringify({ storeHash, accessToken })

/** The secret of a store that had none. */
export async function putSecret(
  { clients }: MotoDeployment,
  storeHash: string,
  accessToken: string,
): Promise<void> {
  const SecretString = secretOf(storeHash, accessToken)
  await clients.secrets.send(new CreateSecretCommand({ Name: `payops/${storeHash}`, SecretString }))
}
