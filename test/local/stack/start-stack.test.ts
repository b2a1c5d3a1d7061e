import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import { afterEach, describe, expect, it } from '@jest/globals'
import { aStack, aTemplate, cleanUp } from './a-stack.js'

const TRIAL = aTemplate({
  functions: `
  trial:
    handler: dist/functions/trial.handler
    timeout: 20
    environment: { DECLARED: from-template, LAID_OVER: from-template }`,
})

/** Whether a process is there, by the signal that only asks. */
function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    // No such process: the answer.
    return false
  }
}

afterEach(cleanUp)

describe('startStack', () => {
  it('runs a function with its declared environment and nothing of its parent', async () => {
    const source = 'export const handler = async () => process.env'
    const stack = await aStack(TRIAL, { trial: source }, { environment: { LAID_OVER: 'from-options' } })
    const environment = await stack.invoke('trial', {})
    expect(environment).toEqual({
      ...stack.env,
      DECLARED: 'from-template',
      LAID_OVER: 'from-options',
      QUEUE_URL: stack.queueUrls['Work'],
      TABLE: 'trial-ledger',
      BUS: 'trial-bus',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1024',
      AWS_LAMBDA_FUNCTION_NAME: 'trial-local-trial',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/trial-local-trial',
      AWS_LAMBDA_LOG_STREAM_NAME: 'local',
      _HANDLER: 'dist/functions/trial.handler',
      TZ: 'UTC',
    })
  })

  it('gives the handler the context of Lambda', async () => {
    const source = `export const handler = async (event, context) =>
      ({ ...context, left: context.getRemainingTimeInMillis() > 15_000 })`
    const stack = await aStack(TRIAL, { trial: source })
    expect(await stack.invoke('trial', {})).toMatchObject({
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      functionName: 'trial-local-trial',
      functionVersion: '$LATEST',
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:trial-local-trial',
      memoryLimitInMB: '1024',
      left: true,
    })
  })

  it('reuses a warm container, and starts another one for an invocation beside it', async () => {
    const source = `import { setTimeout as sleep } from 'node:timers/promises'
      export const handler = async ms => { await sleep(ms); return process.pid }`
    const stack = await aStack(TRIAL, { trial: source })
    const first = await stack.invoke('trial', 0)
    expect(await stack.invoke('trial', 0)).toBe(first)
    const [one, other] = await Promise.all([stack.invoke('trial', 200), stack.invoke('trial', 200)])
    expect(one).not.toBe(other)
  })

  it('hands the error of a function to the caller, and keeps the container', async () => {
    const source = `export const handler = async fail => {
      if (fail) throw Object.assign(new Error('no'), { name: 'Refused' })
      return process.pid
    }`
    const stack = await aStack(TRIAL, { trial: source })
    const pid = await stack.invoke('trial', false)
    await expect(stack.invoke('trial', true)).rejects.toMatchObject({ errorType: 'Refused', message: 'no' })
    expect(await stack.invoke('trial', false)).toBe(pid)
  })

  it('fails the invocation of a bundle that cannot be imported, and says why in the log', async () => {
    const stack = await aStack(TRIAL, { trial: "throw new Error('LEDGER_TABLE_NAME is missing')" })
    await expect(stack.invoke('trial', {})).rejects.toThrow('LEDGER_TABLE_NAME is missing')
    expect(await stack.line(line => line.includes('Init Error'))).toContain('LEDGER_TABLE_NAME is missing')
  })

  it('has the secrets that it is given, and rotates them', async () => {
    const stack = await aStack(TRIAL, {}, { secrets: { 'payops/store': 'one' } })
    const read = () => stack.clients.secrets.send(new GetSecretValueCommand({ SecretId: 'payops/store' }))
    expect(await read()).toMatchObject({ SecretString: 'one' })
    const VersionId = stack.putSecret('payops/store', 'two')
    expect(await read()).toMatchObject({ SecretString: 'two', VersionId })
  })

  it('kills every container on stop, in the middle of an invocation as well', async () => {
    const source = `export const handler = async wait => {
      console.log('pid ' + process.pid)
      if (wait) await new Promise(() => setInterval(() => {}, 1000))
    }`
    const stack = await aStack(TRIAL, { trial: source })
    await stack.invoke('trial', false)
    const busy = [stack.invoke('trial', true), stack.invoke('trial', true)]
    const settled = Promise.allSettled(busy)
    await stack.line(() => stack.lines.length === 3)
    await stack.stop()
    expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    const pids = new Set(stack.lines.map(line => Number(line.slice(4))))
    expect([...pids].filter(isRunning)).toEqual([])
  })

  it('refuses to start on a template that it cannot make, and leaves nothing running', async () => {
    await expect(aStack(TRIAL.replace('AWS::Events::EventBus', 'AWS::S3::Bucket'), {})).rejects.toThrow(
      'resources.Bus: the type AWS::S3::Bucket is not known',
    )
  })
})
