import { type Break, breaksOf } from './break.js'

/** For each rule about who may do what. */

const performRights = 'PerformOperationsRole.Properties.Policies.0.PolicyDocument.Statement'
const acceptRole = 'AcceptOperationRole.Properties'
const acceptRights = `${acceptRole}.Policies.0.PolicyDocument.Statement`
const reconcileRights = 'ReconcilePaymentsRole.Properties.Policies.0.PolicyDocument.Statement'
const queuePolicy = 'EventsDeadLetterQueuePolicy.Properties.PolicyDocument.Statement.0'
const environment = 'PerformOperationsLambdaFunction.Properties.Environment.Variables'
const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] })
const secretsBelow = (prefix: string) => ({
  'Fn::Sub': `arn:\${AWS::Partition}:secretsmanager:\${AWS::Region}:\${AWS::AccountId}:secret:${prefix}*`,
})

export const brokenRights: Break[] = [
  ...breaksOf('ownRole', {
    'the default role': {
      'AcceptOperationLambdaFunction.Properties.Role': arnOf('IamRoleLambdaExecution'),
    },
    'a written ARN': {
      'AcceptOperationLambdaFunction.Properties.Role': 'arn:aws:iam::123456789012:role/any',
    },
  }),
  ...breaksOf('roleTrust', {
    'a whole account': {
      [`${acceptRole}.AssumeRolePolicyDocument.Statement.0.Principal`]: {
        Service: 'lambda.amazonaws.com',
        AWS: '123456789012',
      },
    },
    'a service more': {
      [`${acceptRole}.AssumeRolePolicyDocument.Statement.1`]: {
        Effect: 'Allow',
        Principal: { Service: 'ec2.amazonaws.com' },
        Action: 'sts:AssumeRole',
      },
    },
  }),
  ...breaksOf('rightsInRole', {
    'a managed policy': {
      [`${acceptRole}.ManagedPolicyArns`]: ['arn:aws:iam::aws:policy/AmazonSQSFullAccess'],
    },
    'a policy beside the roles': { Beside: { Type: 'AWS::IAM::Policy', Properties: {} } },
    'all but an action': {
      [`${acceptRights}.1.NotAction`]: 'sqs:DeleteQueue',
      [`${acceptRights}.1.Action`]: [],
    },
  }),
  ...breaksOf('wildcardAction', {
    'a whole service': { [`${acceptRights}.1.Action`]: ['sqs:*'] },
    'a kind of action': { [`${performRights}.3.Action`]: 'dynamodb:Get*' },
  }),
  ...breaksOf('wildcardResource', {
    'its logs in every region': {
      [`${acceptRights}.0.Resource`]: 'arn:aws:logs:*:1:log-group:/aws/lambda/payops-dev-acceptOperation:*',
    },
    'every queue': { [`${acceptRights}.1.Resource`]: '*' },
    'every index': { [`${performRights}.4.Resource`]: { 'Fn::Sub': `\${LedgerTable.Arn}/index/*` } },
    'the logs of every function': {
      [`${acceptRights}.0.Resource`]: 'arn:aws:logs:us-east-1:1:log-group:/aws/lambda/*',
    },
  }),
  ...breaksOf('secretPrefix', {
    'the prefix in every account': {
      [`${performRights}.5.Resource`]: 'arn:aws:secretsmanager:us-east-1:*:secret:payops/*',
    },
    'another prefix': { [`${performRights}.5.Resource`]: secretsBelow('other/') },
    'every secret': { [`${performRights}.5.Resource`]: '*' },
    'ListSecrets with a value': {
      [`${reconcileRights}.5.Action`]: ['secretsmanager:ListSecrets', 'secretsmanager:GetSecretValue'],
    },
    'a prefix that the function does not have': { [`${environment}.CREDENTIALS_SECRET_PREFIX`]: 'other/' },
  }),
  ...breaksOf('ownResources', {
    'a queue that it knows nothing of': { [`${performRights}.2.Resource`]: arnOf('EventsDeadLetterQueue') },
    'a bus by its ARN': { [`${performRights}.6.Resource`]: 'arn:aws:events:us-east-1:1:event-bus/default' },
    'another service': { [`${acceptRights}.2.Action`]: ['s3:PutObject'] },
    'the logs of another function': {
      [`${acceptRights}.0.Resource`]: 'arn:aws:logs:us-east-1:1:log-group:/aws/lambda/other',
    },
  }),
  ...breaksOf('access', {
    'a queue for everybody': { [`${queuePolicy}.Principal`]: '*' },
    'a queue for an account': { [`${queuePolicy}.Principal`]: { AWS: '123456789012' } },
    'a queue for the rules of any account': { [`${queuePolicy}.Condition`]: undefined },
    'a function for the rules of any account': {
      'AcceptOperationEventBridgeLambdaPermission1.Properties.SourceArn': undefined,
    },
    'a function for everybody': {
      'AcceptOperationEventBridgeLambdaPermission1.Properties.Principal': '*',
    },
    'a URL of another function for everybody': {
      AcceptOperationLambdaFunctionUrl: {
        Type: 'AWS::Lambda::Url',
        Properties: { AuthType: 'NONE', TargetFunctionArn: arnOf('AcceptOperationLambdaFunction') },
      },
    },
    'another function by a URL for everybody': {
      'ReceiveWebhookLambdaPermissionFnUrl.Properties.FunctionName': arnOf('ResolveWebhookLambdaFunction'),
    },
    'the public function past its URL': {
      'ReceiveWebhookLambdaPermissionFn.Properties.InvokedViaFunctionUrl': undefined,
    },
    'the public function by any action': {
      'ReceiveWebhookLambdaPermissionFn.Properties.Action': 'lambda:*',
    },
    'the public function for a caller whom it would not be public to': {
      'ReceiveWebhookLambdaPermissionFnUrl.Properties.FunctionUrlAuthType': 'AWS_IAM',
    },
  }),
  ...breaksOf('secretInEnvironment', {
    'a name that says so': { [`${environment}.B2B_ACCESS_TOKEN`]: 'x' },
    'a value that CloudFormation fetches': {
      [`${environment}.STORE`]: '{{resolve:secretsmanager:payops/abc123:SecretString:accessToken}}',
    },
    'a password in an address': { [`${environment}.B2B_API_BASE_URL`]: 'https://me:word@api.example.com' },
    'what reads like a token': { [`${environment}.STORE`]: 'q0m3b2v8x7c6z5l4k3j2h1g0f9d8s7a6' },
    'a part of what is put together': {
      [`${environment}.STORE`]: { 'Fn::Sub': `https://me:\${Word}@api.example.com` },
    },
  }),
]
