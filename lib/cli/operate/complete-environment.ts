import { isLoopback, isRegion } from '../../config.js'
import { WrongUsage } from '../wrong-usage.js'

export type Environment = Record<string, string | undefined>
export type FindQueueUrl = (queueName: string, region: string) => Promise<string>

/** What serverless.yml calls things; the stage that is meant where none is named is the template's own default. */
const defaultStage = 'dev'
const queueNames = {
  OPERATIONS_QUEUE_URL: (stage: string) => `payops-${stage}-operations.fifo`,
  DEAD_LETTER_QUEUE_URL: (stage: string) => `payops-${stage}-operations-dlq.fifo`,
  EVENTS_DEAD_LETTER_QUEUE_URL: (stage: string) => `payops-${stage}-events-dlq`,
  WEBHOOK_QUEUE_URL: (stage: string) => `payops-${stage}-webhooks.fifo`,
} as const

/**
 * The functions' environment for a command typed in a shell: what the shell names comes first, what it does not name is
 * called by the stage. `WrongUsage` where the two speak of different stages, or of this machine and of a real store.
 */
export async function completeEnvironment(
  env: Environment,
  askedStage: string | undefined,
  findQueueUrl: FindQueueUrl,
): Promise<Environment> {
  const named = findStages(env)
  const problems = findContradictions(askedStage, named)
  // The SDK for JavaScript reads no other name, and each of its clients reads it for itself.
  const region = read(env, 'AWS_REGION')
  if (region === undefined)
    problems.push('AWS_REGION is missing: the region that payops is deployed in, such as us-east-1')
  else if (!isRegion(region)) problems.push('AWS_REGION must be the name of an AWS region, such as us-east-1')
  // Else the sandbox's tokens, or a rehearsal's writes, would go to the real API.
  if (speaksToThisMachine(env) && read(env, 'B2B_API_BASE_URL') === undefined)
    problems.push(
      'B2B_API_BASE_URL is missing: the AWS endpoints are on this machine, so the API must be named as well',
    )
  // The same of the store's own API, where a sandbox's webhooks would be asked for.
  if (lacksStoreApi(env) && read(env, 'WEBHOOK_URL') !== undefined) problems.push(storeApiMissing)
  if (problems.length > 0) throw new WrongUsage(problems)
  const stage = askedStage ?? named[0]?.stage ?? defaultStage
  const completed: Environment = {
    ...env,
    STAGE: stage,
    LEDGER_TABLE_NAME: read(env, 'LEDGER_TABLE_NAME') ?? `payops-${stage}-ledger`,
    EVENT_BUS_NAME: read(env, 'EVENT_BUS_NAME') ?? `payops-${stage}`,
    // The report is what is printed; of the log only what went wrong is of use beside it.
    LOG_LEVEL: read(env, 'LOG_LEVEL') ?? 'ERROR',
  }
  for (const [name, nameQueue] of Object.entries(queueNames))
    completed[name] = read(env, name) ?? (await findQueueUrl(nameQueue(stage), region ?? ''))
  return completed
}

/** Names as serverless.yml gives them; any other says nothing of a stage. */
const stagePatterns: Record<string, RegExp> = {
  OPERATIONS_QUEUE_URL: /\/payops-([A-Za-z0-9-]+)-operations\.fifo$/,
  DEAD_LETTER_QUEUE_URL: /\/payops-([A-Za-z0-9-]+)-operations-dlq\.fifo$/,
  EVENTS_DEAD_LETTER_QUEUE_URL: /\/payops-([A-Za-z0-9-]+)-events-dlq$/,
  WEBHOOK_QUEUE_URL: /\/payops-([A-Za-z0-9-]+)-webhooks\.fifo$/,
  LEDGER_TABLE_NAME: /^payops-([A-Za-z0-9-]+)-ledger$/,
  EVENT_BUS_NAME: /(?:^|\/)payops-([A-Za-z0-9-]+)$/,
}

type NamedStage = { name: string; stage: string }

const findStages = (env: Environment): NamedStage[] =>
  Object.entries(stagePatterns).flatMap(([name, pattern]) => {
    const stage = pattern.exec(read(env, name) ?? '')?.[1]
    return stage === undefined ? [] : [{ name, stage }]
  })

/** A dead letter of one stage on the queue of another, or a word in the wrong ledger, is money in the wrong place. */
function findContradictions(askedStage: string | undefined, named: NamedStage[]): string[] {
  const [first] = named
  const meant = askedStage ?? first?.stage
  const because =
    askedStage === undefined ? `${first?.name} is of the stage ${meant}` : `--stage ${askedStage}`
  return named
    .filter(({ stage }) => stage !== meant)
    .map(({ name, stage }) => `${because}: ${name} is of the stage ${stage}; unset one of them`)
}

const endpoints = ['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_SECRETS_MANAGER', 'AWS_ENDPOINT_URL_DYNAMODB']

export const speaksToThisMachine = (env: Environment): boolean =>
  endpoints.some(name => isOnThisMachine(read(env, name)))

/** A sandbox's token is nothing to send to the real API: of the store's own one, too, this machine has to be told. */
export const lacksStoreApi = (env: Environment): boolean =>
  speaksToThisMachine(env) &&
  isOnThisMachine(read(env, 'B2B_API_BASE_URL')) &&
  read(env, 'STORE_API_BASE_URL') === undefined

export const storeApiMissing =
  "STORE_API_BASE_URL is missing: the payments API is on this machine, so the store's own API must be named as well"

const isOnThisMachine = (url: string | undefined): boolean =>
  url !== undefined && URL.canParse(url) && isLoopback(new URL(url).hostname)

/** An empty variable counts as absent. */
const read = (env: Environment, name: string): string | undefined => env[name]?.trim() || undefined
