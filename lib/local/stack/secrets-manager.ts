import type { Clock, Random } from '../../core/time.js'
import { AwsError, type JsonServer, startJsonServer } from './aws-json-server.js'
import type { Mapping } from './node-shape.js'
import { ACCOUNT_ID } from './resolve-intrinsics.js'

// A secret is a row of versions, at most one of them AWSCURRENT and one AWSPREVIOUS. A new version becomes current, the
// current one previous, and what was previous loses its stage, and with it its reader: as in Secrets Manager.

type Version = { id: string; value: string; stages: string[]; createdAt: number }
type Secret = { name: string; arn: string; versions: Version[]; createdAt: number }

export type SecretsManager = JsonServer & {
  /** Makes the secret, or a new current version of it; returns the version's id. */
  put(name: string, value: string): string
  /** The next calls are answered as in an outage: 500 InternalServiceError. */
  failNext(times: number): void
  /** How often each secret's value was read, by name. */
  reads(): ReadonlyMap<string, number>
}

type Options = { clock: Clock; random: Random; region: string }

/** Secrets Manager on a free port of the loopback interface, in memory only: no token of a store is written to disk. */
export async function startSecretsManager({ clock, random, region }: Options): Promise<SecretsManager> {
  const secrets = new Map<string, Secret>()
  const reads = new Map<string, number>()
  let failuresLeft = 0

  const find = (input: Mapping): Secret => {
    const id = input['SecretId']
    for (const secret of secrets.values()) if (secret.name === id || secret.arn === id) return secret
    throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.")
  }
  const addVersion = (secret: Secret, value: string, id: string): Version => {
    const version = { id, value, stages: ['AWSCURRENT'], createdAt: seconds() }
    moveStages(secret)
    secret.versions.push(version)
    return version
  }
  const seconds = () => clock.now() / 1000
  const create = (name: string): Secret => {
    const suffix = random.uuid().slice(0, 6)
    const arn = `arn:aws:secretsmanager:${region}:${ACCOUNT_ID}:secret:${name}-${suffix}`
    const secret = { name, arn, versions: [], createdAt: seconds() }
    secrets.set(name, secret)
    return secret
  }
  const versionIdOf = (input: Mapping) => {
    const token = input['ClientRequestToken']
    return typeof token === 'string' ? token : random.uuid()
  }

  const actions: Record<string, (input: Mapping) => unknown> = {
    GetSecretValue: input => {
      const secret = find(input)
      reads.set(secret.name, (reads.get(secret.name) ?? 0) + 1)
      const { id, value, stages, createdAt } = findVersion(secret, input)
      const identity = { ARN: secret.arn, Name: secret.name, VersionId: id }
      return { ...identity, SecretString: value, VersionStages: stages, CreatedDate: createdAt }
    },
    CreateSecret: input => {
      const name = readString(input, 'Name')
      if (secrets.has(name))
        throw new AwsError('ResourceExistsException', `The secret ${name} already exists.`)
      const value = readString(input, 'SecretString')
      const secret = create(name)
      return { ARN: secret.arn, Name: name, VersionId: addVersion(secret, value, versionIdOf(input)).id }
    },
    PutSecretValue: input => {
      const secret = find(input)
      const { id, stages } = addVersion(secret, readString(input, 'SecretString'), versionIdOf(input))
      return { ARN: secret.arn, Name: secret.name, VersionId: id, VersionStages: stages }
    },
    DescribeSecret: input => describe(find(input)),
    ListSecrets: input => listPage([...secrets.values()], input),
  }

  const outage = (run: (input: Mapping) => unknown) => (input: Mapping) => {
    if (failuresLeft === 0) return run(input)
    failuresLeft -= 1
    throw new AwsError('InternalServiceError', 'An error occurred on the server side.', 500)
  }
  const server = await startJsonServer(
    'secretsmanager',
    Object.fromEntries(Object.entries(actions).map(([name, run]) => [name, outage(run)])),
  )
  return {
    ...server,
    put: (name, value) => addVersion(secrets.get(name) ?? create(name), value, random.uuid()).id,
    failNext: times => {
      failuresLeft = times
    },
    reads: () => reads,
  }
}

function moveStages(secret: Secret): void {
  for (const version of secret.versions) {
    version.stages = version.stages.includes('AWSCURRENT') ? ['AWSPREVIOUS'] : []
  }
}

function findVersion(secret: Secret, input: Mapping): Version {
  const id = input['VersionId']
  const stage = input['VersionStage'] ?? (id === undefined ? 'AWSCURRENT' : undefined)
  const version = secret.versions.find(
    item =>
      (id === undefined || item.id === id) && (stage === undefined || item.stages.includes(String(stage))),
  )
  if (version) return version
  const sought = id === undefined ? `staging label: ${String(stage)}` : `VersionId: ${String(id)}`
  throw new AwsError(
    'ResourceNotFoundException',
    `Secrets Manager can't find the specified secret value for ${sought}`,
  )
}

function describe({ arn, name, versions, createdAt }: Secret) {
  const staged = versions.filter(({ stages }) => stages.length > 0)
  const stagesByVersion = Object.fromEntries(staged.map(({ id, stages }) => [id, stages]))
  return { ARN: arn, Name: name, CreatedDate: createdAt, VersionIdsToStages: stagesByVersion }
}

/** Filters by the beginning of the name alone, as we ask; a page's token is where the next one begins. */
function listPage(secrets: Secret[], input: Mapping) {
  const filters = Array.isArray(input['Filters']) ? (input['Filters'] as Mapping[]) : []
  const fits = ({ name }: Secret): boolean =>
    filters.every(({ Key, Values }) => {
      if (Key !== 'name' || !Array.isArray(Values))
        throw new AwsError('InvalidParameterException', `The filter ${String(Key)} is not emulated.`)
      return Values.some(value => name.startsWith(String(value)))
    })
  const found = secrets.filter(fits)
  const from = Number(input['NextToken'] ?? 0)
  if (!(from >= 0)) throw new AwsError('InvalidNextTokenException', 'The NextToken value is invalid.')
  const end = from + Number(input['MaxResults'] ?? 100)
  const next = end < found.length ? { NextToken: String(end) } : {}
  return { SecretList: found.slice(from, end).map(describe), ...next }
}

function readString(input: Mapping, key: string): string {
  const value = input[key]
  if (typeof value === 'string' && value !== '') return value
  throw new AwsError('InvalidParameterException', `You must provide ${key}.`)
}
