import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { checkTemplate, rules } from '../../lib/template/check-template.js'
import { endAll } from '../support/endings.js'
import { runNode } from '../support/run-command.js'
import { brokenResources } from './broken-resources.js'
import { brokenRights } from './broken-rights.js'
import { alterTemplate, packageTemplate } from './packaged-template.js'

const breaks = [...brokenResources, ...brokenRights]
let packaged: { path: string; json: unknown }

const breakTemplate = (changes: Record<string, unknown>): unknown => {
  const paths = Object.entries(changes).map(([path, value]) => [`Resources.${path}`, value])
  return alterTemplate(packaged.json, Object.fromEntries(paths))
}

beforeAll(async () => {
  packaged = await packageTemplate()
})
afterAll(endAll)

describe('checkTemplate', () => {
  it('finds nothing in the template that is packaged', () => {
    expect(checkTemplate(packaged.json)).toEqual([])
  })

  it.each(breaks)('speaks by the rule $rule, and by no other, of $how', ({ rule, changes }) => {
    const found = checkTemplate(breakTemplate(changes))
    expect([...new Set(found.map(finding => finding.rule))]).toEqual([rule])
    for (const { where, problem, mend } of found) expect([where, problem, mend]).not.toContain('')
  })

  it('has no rule that no broken template speaks of', () => {
    const broken = new Set(breaks.map(({ rule }) => rule))
    expect(rules.map(({ name }) => name).filter(name => !broken.has(name))).toEqual([])
  })

  it('says where, what and how to mend it', () => {
    const changes = { 'OperationsQueue.Properties.VisibilityTimeout': 60 }
    expect(checkTemplate(breakTemplate(changes))[0]).toEqual({
      rule: 'visibility',
      where: 'OperationsQueue.VisibilityTimeout',
      problem: '60 s, and PerformOperationsLambdaFunction may run for 30 s',
      mend: 'at least 6 times as long, and the batching window: 180 s',
    })
  })

  it('finds a role that two functions share, at both of them', () => {
    const changes = {
      'AcceptOperationLambdaFunction.Properties.Role': { 'Fn::GetAtt': ['PerformOperationsRole', 'Arn'] },
    }
    const shared = checkTemplate(breakTemplate(changes)).filter(({ rule }) => rule === 'ownRole')
    expect(shared.map(({ where }) => where)).toEqual([
      'PerformOperationsLambdaFunction.Role',
      'AcceptOperationLambdaFunction.Role',
    ])
  })

  it('misses a dead-letter queue where a function reads from a queue', () => {
    const found = checkTemplate(breakTemplate({ 'OperationsQueue.Properties.RedrivePolicy': undefined }))
    expect(found).toContainEqual(
      expect.objectContaining({ rule: 'deadLetterQueue', where: 'OperationsQueue.RedrivePolicy' }),
    )
  })

  it('takes neither a setting of Node nor a long store hash for a token', () => {
    const variables = 'PerformOperationsLambdaFunction.Properties.Environment.Variables'
    const changes = {
      [`${variables}.NODE_OPTIONS`]: '--max-semi-space-size=128',
      [`${variables}.DEFAULT_STORE_HASH`]: 'a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6',
    }
    expect(checkTemplate(breakTemplate(changes))).toEqual([])
  })

  it('refuses what is no template', () => {
    expect(() => checkTemplate({ Parameters: {} })).toThrow('this is no CloudFormation template')
  })
})

describe('npm run check:template', () => {
  const check = (path: string) => runNode(['scripts/check-template.mjs', path])

  it('says that the template keeps every rule, and ends with 0', async () => {
    const ended = await check(packaged.path)
    expect(ended).toMatchObject({ code: 0, stdout: `the template keeps all ${rules.length} rules\n` })
  })

  it('prints each finding, and ends with 1', async () => {
    const path = join(dirname(packaged.path), 'broken.json')
    const changes = { 'PerformOperationsEventSourceMappingSQSOperationsQueue.Properties.BatchSize': 11 }
    await writeFile(path, JSON.stringify(breakTemplate(changes)))
    expect(await check(path)).toMatchObject({
      code: 1,
      stdout: [
        'fifoBatch: PerformOperationsEventSourceMappingSQSOperationsQueue.BatchSize',
        '  11 messages in a batch of a FIFO queue',
        '  mend: at most 10',
        `1 finding against ${rules.length} rules`,
        '',
      ].join('\n'),
    })
  })

  it('ends with 2 for a path that leads nowhere', async () => {
    expect(await check('no-such-template.json')).toMatchObject({ code: 2, stdout: '' })
  })
})
