import type { EnvironmentValue, FunctionDeclaration } from './declaration.js'

/** What Lambda itself puts into a function's environment, and on top of it what the template declares, with the URLs of the queues and functions. */
export function functionEnvironment(
  declaration: FunctionDeclaration,
  region: string,
  queueUrls: Record<string, string>,
  functionUrls: Record<string, string> = {},
): Record<string, string> {
  const declared = Object.entries(declaration.environment).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : findUrl(value, queueUrls, functionUrls),
  ])
  return { ...lambdaEnvironment(declaration, region), ...Object.fromEntries(declared) }
}

const findUrl = (
  value: Exclude<EnvironmentValue, string>,
  queueUrls: Record<string, string>,
  functionUrls: Record<string, string>,
) => ('queueUrlOf' in value ? queueUrls[value.queueUrlOf] : functionUrls[value.functionUrlOf])

const lambdaEnvironment = ({ name, memoryMb, handler }: FunctionDeclaration, region: string) => ({
  AWS_DEFAULT_REGION: region,
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
  AWS_LAMBDA_FUNCTION_NAME: name,
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
  AWS_LAMBDA_LOG_STREAM_NAME: 'local',
  _HANDLER: handler,
  TZ: 'UTC',
})
