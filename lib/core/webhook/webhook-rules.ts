import { InvalidConfig } from '../errors.js'
import { isRecord } from '../read-field.js'
import { isStoreHash } from './webhook.js'

/** Events of an order that make its invoice payments stale (DOMAIN.md, "Store webhooks"). */
export const webhookScopes = [
  'store/order/transaction/created',
  'store/order/transaction/updated',
  'store/order/refund/created',
  'store/order/statusUpdated',
] as const
export type WebhookScope = (typeof webhookScopes)[number]

export type OperationCode = 0 | 1 | 2 | 3
export type WebhookRules = {
  /** By scope; `off`: its webhooks are taken and lead to nothing. */
  operations: Record<WebhookScope, OperationCode | 'off'>
  /** Stores whose webhooks lead to nothing. */
  offFor: ReadonlySet<string>
}

/** Pull Updates From Order: what webhooks lead to where no rule says otherwise. */
export const pull = 2

/**
 * Of WEBHOOK_RULES, JSON of scope to operation code or "off" (a scope that it does not name pulls), and WEBHOOKS_OFF_FOR, store
 * hashes with commas between. What is wrong is added to `problems`.
 */
export function readWebhookRules(env: Record<string, string | undefined>, problems: string[]): WebhookRules {
  const operations = readOperations(env['WEBHOOK_RULES'], problems)
  const stores = (env['WEBHOOKS_OFF_FOR'] ?? '').split(',').flatMap(store => store.trim() || [])
  if (!stores.every(isStoreHash))
    problems.push('WEBHOOKS_OFF_FOR must be store hashes (1 to 32 of a-z 0-9) with commas between')
  return { operations, offFor: new Set(stores) }
}

/** The same of the two values. Throws `InvalidConfig` with everything that is wrong. */
export function parseWebhookRules(rules: string | undefined, offFor: string | undefined): WebhookRules {
  const problems: string[] = []
  const parsed = readWebhookRules({ WEBHOOK_RULES: rules, WEBHOOKS_OFF_FOR: offFor }, problems)
  if (problems.length > 0) throw new InvalidConfig(problems.join('; '))
  return parsed
}

/** What a webhook leads to; undefined: to nothing. */
export function chooseOperation(
  { operations, offFor }: WebhookRules,
  { scope, storeHash }: { scope: string; storeHash: string },
): OperationCode | undefined {
  const known = webhookScopes.find(one => one === scope)
  if (known === undefined || offFor.has(storeHash)) return undefined
  const operation = operations[known]
  return operation === 'off' ? undefined : operation
}

/** The scopes that lead to something: what a store has to send. */
export const wantedScopes = ({ operations }: WebhookRules): WebhookScope[] =>
  webhookScopes.filter(scope => operations[scope] !== 'off')

function readOperations(text: string | undefined, problems: string[]): WebhookRules['operations'] {
  const operations = Object.fromEntries(
    webhookScopes.map(scope => [scope, pull]),
  ) as WebhookRules['operations']
  if (text === undefined || text.trim() === '') return operations
  const json = parseJson(text)
  if (!isRecord(json)) {
    problems.push('WEBHOOK_RULES must be a JSON object of scope to operation')
    return operations
  }
  for (const [name, operation] of Object.entries(json)) {
    const scope = webhookScopes.find(one => one === name)
    if (scope === undefined)
      problems.push(
        `WEBHOOK_RULES names the scope ${name.slice(0, 100)}; known are ${webhookScopes.join(', ')}`,
      )
    else if (!isOperation(operation))
      problems.push(`WEBHOOK_RULES: the operation of ${scope} must be 0, 1, 2, 3 or "off"`)
    else operations[scope] = operation
  }
  return operations
}

const isOperation = (value: unknown): value is OperationCode | 'off' =>
  value === 'off' || value === 0 || value === 1 || value === 2 || value === 3

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Refused by the caller, who names the variable.
    return undefined
  }
}
