import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { describeJudgedBy, type Judge, requireJudge } from '../contract/find-judge.js'
import { endAll } from '../support/endings.js'
import { packageTemplate } from './packaged-template.js'

const cfnLint: Judge = {
  program: 'cfn-lint',
  variable: 'PAYOPS_CFN_LINT',
  place: ['venv', 'bin', 'cfn-lint'],
}

/** As `<rule> <path into the template>`; .cfnlintrc.yaml counts, but for the rules that are asked for by name. */
async function lint(path: string, ...asked: string[]): Promise<string[]> {
  const mandatory = asked.length === 0 ? [] : ['--mandatory-checks', ...asked]
  const argv = ['--format', 'json', ...mandatory, '--template', path]
  // It ends with a number other than 0 where it finds something.
  const { stdout } = await promisify(execFile)(requireJudge(cfnLint), argv).catch(readFailure)
  const found = JSON.parse(stdout) as { Rule: { Id: string }; Location: { Path: (string | number)[] } }[]
  return found.map(({ Rule, Location }) => `${Rule.Id} ${Location.Path.join('.')}`).sort()
}

/** What it printed, where it was a judgement and no crash. */
function readFailure(error: Error & { stdout?: string }): { stdout: string } {
  if (error.stdout?.startsWith('[') === true) return { stdout: error.stdout }
  throw error
}

let path: string
beforeAll(async () => {
  path = (await packageTemplate()).path
})
afterAll(endAll)

describeJudgedBy(cfnLint, 'cfn-lint', () => {
  it('finds no error and no warning in the packaged template', async () => {
    expect(await lint(path)).toEqual([])
  })

  it('is told to pass over what .cfnlintrc.yaml explains, and over nothing else', async () => {
    expect(await lint(path, 'W3005', 'W8003')).toEqual([
      'W3005 Resources.AcceptOperationLambdaFunction.DependsOn.1',
      'W3005 Resources.PerformOperationsLambdaFunction.DependsOn.1',
      'W3005 Resources.ReceiveWebhookLambdaFunction.DependsOn.1',
      'W3005 Resources.ReconcilePaymentsLambdaFunction.DependsOn.1',
      'W3005 Resources.ResolveWebhookLambdaFunction.DependsOn.1',
      'W8003 Conditions.HasAlarmEmail.Fn::Not.0',
    ])
  })
})
