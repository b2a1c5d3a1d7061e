import { rightsOf, roleType, type Statement, statementsOf } from './statements.js'
import {
  findOf,
  ofType,
  type Problem,
  type Resource,
  type Rule,
  readMapping,
  readReference,
  showValue,
  type Template,
} from './template.js'

/**
 * AWS grants ListSecrets for all secrets of the account or for none, so that its resource can only be `*`. It reads names
 * and no value, and reconciliation finds the stores by it.
 */
const grantedForAllOnly = ['secretsmanager:ListSecrets']

/** What a service's actions may be allowed on. */
const resourceTypes: Record<string, string> = {
  sqs: 'AWS::SQS::Queue',
  dynamodb: 'AWS::DynamoDB::Table',
  events: 'AWS::Events::EventBus',
}

type Claim = { lambda: Resource; statement: Statement; service: string; resource: unknown }

const claimsOf = (template: Template): Claim[] =>
  rightsOf(template).flatMap(({ lambda, statements }) =>
    statements
      .filter(statement => !isGrantedForAllOnly(statement))
      .flatMap(statement => {
        const services = new Set(statement.actions.map(action => action.split(':')[0] ?? ''))
        return statement.resources.flatMap(resource =>
          [...services].map(service => ({ lambda, statement, service, resource })),
        )
      }),
  )

const isGrantedForAllOnly = ({ actions }: Statement): boolean =>
  actions.length > 0 && actions.every(action => grantedForAllOnly.includes(action))

const arnOf = (resource: unknown): string => {
  const { 'Fn::Sub': sub } = readMapping(resource)
  return typeof sub === 'string' ? sub : showValue(resource)
}

const prefixOf = ({ properties }: Resource): string =>
  String(readMapping(readMapping(properties['Environment'])['Variables'])['CREDENTIALS_SECRET_PREFIX'] ?? '')

/** A star at its end and nowhere before: then it is one account's, in one region. */
const endsIn = (resource: unknown, end: string): boolean => {
  const arn = arnOf(resource)
  return arn.endsWith(end) && !/[*?]/.test(arn.slice(0, -end.length))
}

/** The two that end in a star because what they are for has no other name: streams of one log group, secrets of one prefix. */
const isOwnLogs = ({ lambda, service, resource }: Claim): boolean =>
  service === 'logs' && endsIn(resource, `:log-group:/aws/lambda/${lambda.properties['FunctionName']}:*`)
const isOwnSecrets = ({ lambda, service, resource }: Claim): boolean =>
  service === 'secretsmanager' && prefixOf(lambda) !== '' && endsIn(resource, `:secret:${prefixOf(lambda)}*`)

/** What the function is told of in its environment, what it is fed from, and where its failed calls go. */
function isIts(template: Template, { lambda, service, resource }: Claim): boolean {
  const declared = findOf(template, resourceTypes[service] ?? '', readReference(resource)?.id)
  const variables = readMapping(readMapping(lambda.properties['Environment'])['Variables'])
  const beside = template.resources
    .filter(({ properties }) => readReference(properties['FunctionName'])?.id === lambda.id)
    .flatMap(({ properties: { EventSourceArn, DestinationConfig } }) => [
      EventSourceArn,
      readMapping(readMapping(DestinationConfig)['OnFailure'])['Destination'],
    ])
  return [...Object.values(variables), ...beside].some(
    value => declared !== undefined && readReference(value)?.id === declared.id,
  )
}

const eachClaim = (
  name: string,
  isWrong: (claim: Claim, template: Template) => boolean,
  words: (claim: Claim) => Pick<Problem, 'problem' | 'mend'>,
): Rule => ({
  name,
  find: template =>
    claimsOf(template)
      .filter(claim => isWrong(claim, template))
      .map(claim => ({ where: claim.statement.where, ...words(claim) })),
})

export const rightsRules: Rule[] = [
  {
    name: 'wildcardAction',
    find: template =>
      ofType(template, roleType)
        .flatMap(statementsOf)
        .flatMap(({ where, actions }) => actions.map(action => ({ where, action })))
        .filter(({ action }) => /[*?]/.test(action))
        .map(({ where, action }) => ({
          where,
          problem: `${action} allows more than is called, and what AWS may add to it`,
          mend: 'name each action',
        })),
  },
  eachClaim(
    'wildcardResource',
    claim => /[*?]/.test(arnOf(claim.resource)) && claim.service !== 'secretsmanager' && !isOwnLogs(claim),
    ({ resource }) => ({
      problem: `${arnOf(resource)} is more than one resource`,
      mend: `name the one that is meant; a * stands only behind the own log group, and for ${grantedForAllOnly.join()}`,
    }),
  ),
  eachClaim(
    'secretPrefix',
    claim => claim.service === 'secretsmanager' && !isOwnSecrets(claim),
    ({ lambda, resource }) => ({
      problem: `${arnOf(resource)} is not what begins with the prefix of the credentials`,
      mend: `…:secret:${prefixOf(lambda)}*, the prefix of ${lambda.id}`,
    }),
  ),
  eachClaim(
    'ownResources',
    (claim, template) =>
      !/[*?]/.test(arnOf(claim.resource)) && claim.service !== 'secretsmanager' && !isIts(template, claim),
    ({ service, resource }) => ({
      problem: `${service} on ${arnOf(resource)}, which is no queue, table or bus of this function`,
      mend: 'Fn::GetAtt of the one that the function uses',
    }),
  ),
]
