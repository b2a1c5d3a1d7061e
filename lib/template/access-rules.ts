import {
  ofType,
  type Properties,
  type Resource,
  type Rule,
  readList,
  readMapping,
  readReference,
  type Template,
} from './template.js'

// Who may come in from outside the roles: a policy of a queue, a topic or a bucket, and the permission to call a function.

/** Functions that anybody may call by their URL, by logical id, each with the reason why it is no hole. */
const publicFunctions: Record<string, string> = {
  ReceiveWebhookLambdaFunction:
    'a store signs its webhooks and has no identity of AWS; the function takes nothing whose signature it has not verified',
}

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

const isOpenPermission = ({ properties }: Resource): boolean =>
  !isForPublicUrl(properties) &&
  (!String(properties['Principal']).endsWith('.amazonaws.com') || properties['SourceArn'] === undefined)

const isPublic = (functionReference: unknown): boolean =>
  Object.hasOwn(publicFunctions, readReference(functionReference)?.id ?? '')

/** The two that a public Function URL needs, and they by way of the URL alone: nobody's `Invoke` with an event of their own. */
const isForPublicUrl = ({
  Action,
  Principal,
  FunctionName,
  FunctionUrlAuthType,
  InvokedViaFunctionUrl,
}: Properties): boolean =>
  Principal === '*' &&
  isPublic(FunctionName) &&
  ((Action === 'lambda:InvokeFunctionUrl' && FunctionUrlAuthType === 'NONE') ||
    (Action === 'lambda:InvokeFunction' && InvokedViaFunctionUrl === true))

const isOpenUrl = ({ properties: { AuthType, TargetFunctionArn } }: Resource): boolean =>
  AuthType !== 'AWS_IAM' && !isPublic(TargetFunctionArn)

const openIn = (template: Template): string[] => [
  ...policyTypes
    .flatMap(type => ofType(template, type))
    .flatMap(resource => openStatements(resource).map(() => resource.id)),
  ...ofType(template, 'AWS::Lambda::Permission')
    .filter(isOpenPermission)
    .map(({ id }) => id),
  ...ofType(template, 'AWS::Lambda::Url')
    .filter(isOpenUrl)
    .map(({ id }) => id),
]

export const accessRules: Rule[] = [
  {
    name: 'access',
    find: template =>
      openIn(template).map(where => ({
        where,
        problem: 'it lets in more than one AWS service for one resource of ours',
        mend: `a Service as the principal, and its source: aws:SourceArn in the condition, SourceArn of a permission; public is the URL of ${Object.keys(publicFunctions).join()} alone`,
      })),
  },
]
