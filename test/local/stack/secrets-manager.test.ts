import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { afterEach, describe, expect, it } from '@jest/globals'
import { systemClock, systemRandom } from '../../../lib/adapters/system.js'
import { startSecretsManager } from '../../../lib/local/stack/secrets-manager.js'

const endings: (() => unknown)[] = []

async function aSecretsManager() {
  const secrets = await startSecretsManager({ clock: systemClock, random: systemRandom, region: 'us-east-1' })
  const client = new SecretsManagerClient({
    endpoint: secrets.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
  })
  endings.push(secrets.stop, () => client.destroy())
  const read = (input: { VersionStage?: string; VersionId?: string } = {}) =>
    client.send(new GetSecretValueCommand({ SecretId: 'payops/store', ...input }))
  return { secrets, client, read }
}

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

describe('startSecretsManager', () => {
  it('moves the stages when a secret is rotated', async () => {
    const { secrets, read } = await aSecretsManager()
    const first = secrets.put('payops/store', 'one')
    const second = secrets.put('payops/store', 'two')
    expect(await read()).toMatchObject({
      SecretString: 'two',
      VersionId: second,
      VersionStages: ['AWSCURRENT'],
    })
    expect(await read({ VersionStage: 'AWSPREVIOUS' })).toMatchObject({
      SecretString: 'one',
      VersionId: first,
    })
  })

  it('forgets the stage of the version before the previous one, but not the version', async () => {
    const { secrets, read } = await aSecretsManager()
    const first = secrets.put('payops/store', 'one')
    secrets.put('payops/store', 'two')
    secrets.put('payops/store', 'three')
    expect(await read({ VersionStage: 'AWSPREVIOUS' })).toMatchObject({ SecretString: 'two' })
    expect(await read({ VersionId: first })).toMatchObject({ SecretString: 'one', VersionStages: [] })
  })

  it('lets a client create, rotate, describe and list', async () => {
    const { client, read } = await aSecretsManager()
    const created = await client.send(new CreateSecretCommand({ Name: 'payops/store', SecretString: 'one' }))
    const { VersionId = '' } = await client.send(
      new PutSecretValueCommand({ SecretId: String(created.ARN), SecretString: 'two' }),
    )
    expect(await read()).toMatchObject({
      ARN: created.ARN,
      SecretString: 'two',
      CreatedDate: expect.any(Date),
    })
    const described = await client.send(new DescribeSecretCommand({ SecretId: 'payops/store' }))
    expect(described.VersionIdsToStages?.[VersionId]).toEqual(['AWSCURRENT'])
    const { SecretList } = await client.send(new ListSecretsCommand({}))
    expect(SecretList?.map(({ Name }) => Name)).toEqual(['payops/store'])
  })

  it('lists what begins with the name that is asked for, page by page', async () => {
    const { secrets, client } = await aSecretsManager()
    for (const name of ['payops/a', 'other/b', 'payops/c', 'payops/d']) secrets.put(name, 'one')
    const Filters = [{ Key: 'name' as const, Values: ['payops/'] }]
    const list = async (NextToken?: string) => {
      const { SecretList = [], NextToken: next } = await client.send(
        new ListSecretsCommand({ Filters, MaxResults: 2, ...(NextToken !== undefined && { NextToken }) }),
      )
      return { names: SecretList.map(({ Name }) => Name), next }
    }
    const first = await list()
    expect(first.names).toEqual(['payops/a', 'payops/c'])
    expect(await list(first.next)).toEqual({ names: ['payops/d'], next: undefined })
  })

  it('refuses a page token that it never gave, and a filter that it does not know', async () => {
    const { client } = await aSecretsManager()
    await expect(client.send(new ListSecretsCommand({ NextToken: 'x' }))).rejects.toMatchObject({
      name: 'InvalidNextTokenException',
    })
    const Filters = [{ Key: 'tag-key' as const, Values: ['a'] }]
    await client.send(new CreateSecretCommand({ Name: 'payops/store', SecretString: 'one' }))
    await expect(client.send(new ListSecretsCommand({ Filters }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    })
  })

  it('answers for a secret that is not there as Secrets Manager does', async () => {
    const { read } = await aSecretsManager()
    await expect(read()).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret.",
    })
  })

  it('answers for a version that is not there as Secrets Manager does', async () => {
    const { secrets, read } = await aSecretsManager()
    secrets.put('payops/store', 'one')
    await expect(read({ VersionStage: 'AWSPREVIOUS' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: expect.stringContaining('AWSPREVIOUS'),
    })
  })

  it('refuses to create a secret twice', async () => {
    const { client } = await aSecretsManager()
    const create = () => client.send(new CreateSecretCommand({ Name: 'payops/store', SecretString: 'one' }))
    await create()
    await expect(create()).rejects.toMatchObject({ name: 'ResourceExistsException' })
  })

  it('fails as often as it is told to, then answers again', async () => {
    const { secrets, read } = await aSecretsManager()
    secrets.put('payops/store', 'one')
    secrets.failNext(1)
    await expect(read()).rejects.toMatchObject({
      name: 'InternalServiceError',
      $metadata: { httpStatusCode: 500 },
    })
    expect(await read()).toMatchObject({ SecretString: 'one' })
  })
})
