import { functionType, rightsOf, roleType } from './statements.js'
import { findOf, ofType, type Rule, readList, readMapping, readReference } from './template.js'

/** Whose role it is, who may take it, and that all it allows stands where the rules about rights read it. */
export const functionRoleRules: Rule[] = [
  {
    name: 'ownRole',
    find: template => {
      const functions = ofType(template, functionType)
      const roleIdOf = (properties: Record<string, unknown>) => readReference(properties['Role'])?.id
      return functions
        .filter(({ id, properties }) => {
          const roleId = roleIdOf(properties)
          const isShared = functions.some(other => other.id !== id && roleIdOf(other.properties) === roleId)
          return isShared || findOf(template, roleType, roleId) === undefined
        })
        .map(({ id }) => ({
          where: `${id}.Role`,
          problem: 'it has the default role, one that it shares, or one that this template does not declare',
          mend: 'a role of its own in this template',
        }))
    },
  },
  {
    name: 'roleTrust',
    find: template =>
      rightsOf(template)
        .filter(({ role }) => {
          const { Statement } = readMapping(role.properties['AssumeRolePolicyDocument'])
          const takers = readList(Statement).map(entry => readMapping(entry)['Principal'])
          return !takers.every(
            taker => JSON.stringify(taker) === JSON.stringify({ Service: 'lambda.amazonaws.com' }),
          )
        })
        .map(({ role }) => ({
          where: `${role.id}.AssumeRolePolicyDocument`,
          problem: 'somebody else than Lambda may act as this function',
          mend: 'Principal: { Service: lambda.amazonaws.com }, and no other',
        })),
  },
  {
    name: 'rightsInRole',
    find: template => [
      ...rightsOf(template)
        .filter(({ role }) => readList(role.properties['ManagedPolicyArns']).length > 0)
        .map(({ role }) => ({
          where: `${role.id}.ManagedPolicyArns`,
          problem: 'what a managed policy allows is not read here, and AWS may widen it',
          mend: 'name the actions in Policies of the role',
        })),
      ...template.resources
        .filter(({ type }) => /^AWS::IAM::(?:Role|Managed|User|Group)?Policy$/.test(type))
        .map(({ id }) => ({
          where: id,
          problem: 'a policy beside the roles allows what is not read here',
          mend: 'name the actions in Policies of the role',
        })),
      ...rightsOf(template)
        .flatMap(({ statements }) => statements)
        .filter(({ text }) => 'NotAction' in text || 'NotResource' in text)
        .map(({ where }) => ({
          where,
          problem: 'it allows everything but what it names',
          mend: 'Action and Resource instead',
        })),
    ],
  },
]
