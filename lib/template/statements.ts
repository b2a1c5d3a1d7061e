import { ofType, type Resource, readList, readMapping, readReference, type Template } from './template.js'

/** A function's role as the template gives it, and each statement of it that allows something. */

export type Statement = {
  where: string
  actions: string[]
  resources: unknown[]
  text: Record<string, unknown>
}
export type FunctionRights = { lambda: Resource; role: Resource; statements: Statement[] }

export const roleType = 'AWS::IAM::Role'
export const functionType = 'AWS::Lambda::Function'

/** Of the functions that have a role of this template; one without it is another rule's to find. */
export const rightsOf = (template: Template): FunctionRights[] =>
  ofType(template, functionType).flatMap(lambda => {
    const roleId = readReference(lambda.properties['Role'])?.id
    const role = ofType(template, roleType).find(({ id }) => id === roleId)
    return role === undefined ? [] : [{ lambda, role, statements: statementsOf(role) }]
  })

export const statementsOf = ({ id, properties }: Resource): Statement[] =>
  readList(properties['Policies']).flatMap((policy, number) =>
    readList(readMapping(readMapping(policy)['PolicyDocument'])['Statement'])
      .map((entry, index) => ({ entry: readMapping(entry), index }))
      .filter(({ entry }) => entry['Effect'] === 'Allow')
      .map(({ entry, index }) => ({
        where: `${id}.Policies.${number}.Statement.${index}`,
        actions: readList(entry['Action']).map(String),
        resources: readList(entry['Resource']),
        text: entry,
      })),
  )
