import { rightsOf } from '../../lib/template/statements.js'
import { parseTemplate, readMapping, readReference } from '../../lib/template/template.js'
import type { Right } from './rights-recorder.js'

/** What the role of a function grants, by the key of the function, as the recorder writes it: each once, sorted. */
export function grantedRights(packaged: unknown): Record<string, Right[]> {
  const roles = rightsOf(parseTemplate(packaged)).map(({ lambda, statements }) => {
    const rights = statements.flatMap(({ actions, resources }) =>
      resources.flatMap(resource => actions.map(action => `${action} ${nameOf(resource)}`)),
    )
    return [keyOf(String(lambda.properties['FunctionName'])), [...new Set(rights)].sort()] as const
  })
  return Object.fromEntries(roles)
}

const keyOf = (functionName: string): string => functionName.split('-').at(-1) ?? ''

/** A resource of the template by its logical id, a secret and a log group by what stands behind the account. */
function nameOf(resource: unknown): string {
  const reference = readReference(resource)
  if (reference !== undefined) return `${reference.id}${reference.suffix}`
  const { 'Fn::Sub': sub } = readMapping(resource)
  return String(sub ?? resource).replace(/^arn:.*?:(?:secret|log-group):/, '')
}
