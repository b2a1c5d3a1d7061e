import {
  ofType,
  type Properties,
  type Resource,
  type Rule,
  readList,
  readMapping,
  type Template,
} from './template.js'

// Who may come in from outside the roles: a policy of a queue, a topic or a bucket, and the permission to call a function.

const policyTypes = ['AWS::SQS::QueuePolicy', 'AWS::SNS::TopicPolicy', 'AWS::S3::BucketPolicy']

/** An AWS service acts for every account of the world; the source says for which resource of ours alone. */
const isForOurSource = (statement: Properties): boolean =>
  Object.values(readMapping(statement['Condition'])).some(test => 'aws:SourceArn' in readMapping(test))

const isForServiceOnly = (statement: Properties): boolean => {
  const principal = readMapping(statement['Principal'])
  return Object.keys(principal).join() === 'Service'
}

const openStatements = ({ properties }: Resource): Properties[] =>
  readList(readMapping(properties['PolicyDocument'])['Statement'])
    .map(readMapping)
    .filter(({ Effect }) => Effect === 'Allow')
    .filter(statement => !isForServiceOnly(statement) || !isForOurSource(statement))

const isOpenPermission = ({ properties: { Principal, SourceArn } }: Resource): boolean =>
  !String(Principal).endsWith('.amazonaws.com') || SourceArn === undefined

const openIn = (template: Template): string[] => [
  ...policyTypes
    .flatMap(type => ofType(template, type))
    .flatMap(resource => openStatements(resource).map(() => resource.id)),
  ...ofType(template, 'AWS::Lambda::Permission')
    .filter(isOpenPermission)
    .map(({ id }) => id),
]

export const accessRules: Rule[] = [
  {
    name: 'access',
    find: template =>
      openIn(template).map(where => ({
        where,
        problem: 'it lets in more than one AWS service for one resource of ours',
        mend: 'a Service as the principal, and its source: aws:SourceArn in the condition, SourceArn of a permission',
      })),
  },
]
