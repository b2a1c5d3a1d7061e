import type { Context } from 'aws-lambda'

/** Lambda's context of an invocation with this much time left. */
export const aContext = (remainingMs = 30_000): Context => ({
  callbackWaitsForEmptyEventLoop: true,
  functionName: 'payops-trial',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:payops-trial',
  memoryLimitInMB: '512',
  awsRequestId: 'i-1',
  logGroupName: 'g',
  logStreamName: 's',
  getRemainingTimeInMillis: () => remainingMs,
  done: () => undefined,
  fail: () => undefined,
  succeed: () => undefined,
})
