import { checkSecrets, type SecretFinding } from '../../engine/check-secret.js'
import { type SecretSet, setSecret } from '../../engine/set-secret.js'
import { fitText } from '../operate/fit-text.js'
import { describeNoStore, type OperateDeps, withApp } from '../operate/open-app.js'
import { parseOperateSettings } from '../operate/operate-settings.js'
import { readSecret } from '../operate/read-secret.js'
import { WrongUsage } from '../wrong-usage.js'

export type SetSecretOptions = {
  authToken?: boolean
  webhookSecret?: boolean
  webhookHeader?: boolean
  check: boolean
  stage?: string
  json?: boolean
}
export type CheckSecretsOptions = { all?: boolean; stage?: string; json?: boolean }

const storePattern = /^[a-z0-9]{1,32}$/
/** What is mistyped as a store may be a token: it is not repeated. */
const noStore = 'a store hash is 1 to 32 characters of a-z 0-9'

/** Stores a store's token or webhook secret. Returns the exit code: 1 where nothing was stored. */
export async function storeSecret(
  storeHash: string,
  { authToken, webhookSecret, webhookHeader, check, ...options }: SetSecretOptions,
  deps: OperateDeps,
): Promise<number> {
  const { stage, json } = parseOperateSettings(options)
  if (!storePattern.test(storeHash)) throw new WrongUsage([noStore])
  const kinds = Object.entries({ authToken, webhookSecret, webhookHeader }).filter(([, typed]) => typed)
  if (kinds.length > 1)
    throw new WrongUsage(['--auth-token, --webhook-secret and --webhook-header: one at a time'])
  const kind = webhookHeader
    ? 'webhookHeader'
    : webhookSecret
      ? 'webhookSecret'
      : authToken
        ? 'authToken'
        : 'accessToken'
  return withApp(deps, stage, async app => {
    const value = await readSecret(`The ${kind} of ${storeHash}`)
    const set = await setSecret(app, { storeHash, kind, value, checks: check })
    if (json) deps.print(JSON.stringify({ storeHash, kind, ...set }, null, 2))
    else if (set.stored) deps.print(fitText(describeStored(set, kind)).join('\n'))
    else deps.printError(fitText(`payops: ${describeRefusal(set)}`).join('\n'))
    return set.stored ? 0 : 1
  })
}

const describeStored = ({ name, wasThere, finding }: SecretSet & { stored: true }, kind: string): string =>
  [
    wasThere ? `Stored ${kind} as a new version of the secret ${name}.` : `Created the secret ${name}.`,
    finding === undefined ? 'It was not tried.' : `It works: ${finding.why}.`,
  ].join(' ')

const describeRefusal = ({ why, finding }: SecretSet & { stored: false }): string =>
  finding?.code === undefined ? why : `${finding.code}: ${why}`

/** Tries the stores' tokens, one cheap read each. Returns the exit code: 1 where one does not work. */
export async function tryStores(
  named: string[],
  { all = false, ...options }: CheckSecretsOptions,
  deps: OperateDeps,
): Promise<number> {
  const { stage, json } = parseOperateSettings(options)
  if (!named.every(store => storePattern.test(store))) throw new WrongUsage([noStore])
  if (all === named.length > 0) throw new WrongUsage(['name the stores, or --all'])
  return withApp(deps, stage, async app => {
    const stores = all ? (await app.stores.list()).sort() : [...new Set(named)]
    const findings = await checkSecrets(app, stores)
    if (json) deps.print(JSON.stringify(findings, null, 2))
    else if (findings.length === 0) deps.print(describeNoStore(app.config.credentialsSecretPrefix))
    else deps.print(findings.flatMap(renderFinding).join('\n'))
    // Nothing was tried: a wrong prefix or region must not look like all is well.
    return findings.length > 0 && findings.every(({ verdict }) => verdict === 'works') ? 0 : 1
  })
}

const verdictWords = {
  works: 'works',
  missing: 'missing',
  rejected: 'rejected',
  notKnown: 'not known',
} as const

const webhookWords = {
  none: 'holds no webhookSecret',
  verified: 'holds a webhookSecret',
  verifiedWithHeader: 'holds a webhookSecret and a webhookHeader',
} as const

function renderFinding({ storeHash, verdict, code, why, webhooks }: SecretFinding): string[] {
  const more = webhooks === undefined ? '' : `; ${webhookWords[webhooks]}`
  const text = `${verdictWords[verdict]}${code === undefined ? '' : `, ${code}`}: ${why}`
  return fitText(`${storeHash}  ${verdict === 'works' ? 'works' : text}${more}`)
}
