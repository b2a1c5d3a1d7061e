import { ofType, type Rule, readMapping } from './template.js'

/** Names that say that a secret stands behind them. */
const soundsSecret = /TOKEN|SECRET|PASSWORD|PASSPHRASE|CREDENTIAL|PRIVATE|API_?KEY|ACCESS_?KEY/i
/** Names that end in what only says where a secret is, how long it counts, or whose it is. */
const tellsNoSecret = /_(?:PREFIX|TTL_SECONDS|NAME|ARN|HASH|OPTIONS)$/
/** What CloudFormation fetches from a secret stands readable in the function afterwards; so does a password in a URL. */
const holdsSecret = /\{\{resolve:|:\/\/[^/\s]*@/
/** One long word with a digit in it: what is made for people to read has a dot, a slash or a colon by then. */
const looksLikeToken = /^(?=.*\d)[A-Za-z0-9+=_-]{24,}$/

/** One who may look at a function sees its environment: secrets are read from Secrets Manager, where each reading is recorded. */
export const environmentRules: Rule[] = [
  {
    name: 'secretInEnvironment',
    find: template =>
      ofType(template, 'AWS::Lambda::Function').flatMap(({ id, properties }) => {
        const variables = readMapping(readMapping(properties['Environment'])['Variables'])
        return Object.entries(variables)
          .filter(([name, value]) => isSecret(name, textOf(value)))
          .map(([name]) => ({
            where: `${id}.Environment.Variables.${name}`,
            problem: 'it holds a secret, or is called so; whoever may list functions can read it',
            mend: 'keep it in Secrets Manager, below the prefix of the credentials',
          }))
      }),
  },
]

const isSecret = (name: string, text: string): boolean =>
  holdsSecret.test(text) ||
  (!tellsNoSecret.test(name) && (soundsSecret.test(name) || looksLikeToken.test(text)))

/** Of what is composed, the text in it: a reference to a resource is no secret, a secret may be in a `Fn::Sub`. */
const textOf = (value: unknown): string => {
  const { 'Fn::Sub': sub } = readMapping(value)
  return String(Array.isArray(sub) ? sub[0] : (sub ?? (typeof value === 'object' ? '' : value)))
}
