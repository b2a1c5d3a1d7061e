import { spawn } from 'node:child_process'
import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, describe, expect, it } from '@jest/globals'
import { atTheEnd, endAll } from '../support/endings.js'
import { expectNoSentinel, sentinelToken } from '../support/sentinel.js'

afterEach(endAll)

const bundles = (await readdir('dist/functions')).filter(file => file.endsWith('.mjs')).sort()
const complete = {
  OPERATIONS_QUEUE_URL: 'http://127.0.0.1:1/operations.fifo',
  DEAD_LETTER_QUEUE_URL: 'http://127.0.0.1:1/operations-dlq.fifo',
  LEDGER_TABLE_NAME: 'payops-trial-ledger',
  EVENT_BUS_NAME: 'payops-trial',
  WEBHOOK_QUEUE_URL: 'http://127.0.0.1:1/webhooks.fifo',
  AWS_REGION: 'us-east-1',
}

/** What it says of each variable that is missing, in its order. */
const rules: Record<keyof typeof complete, string> = {
  WEBHOOK_QUEUE_URL: 'must be the URL of a queue',
  AWS_REGION: 'must be the name of an AWS region',
  OPERATIONS_QUEUE_URL: 'must be the URL of a queue',
  DEAD_LETTER_QUEUE_URL: 'must be the URL of a queue',
  LEDGER_TABLE_NAME: 'must be the name of a table',
  EVENT_BUS_NAME: 'must be the name of an event bus',
}
type Variable = keyof typeof complete
const ofOperations: Variable[] = [
  'AWS_REGION',
  'OPERATIONS_QUEUE_URL',
  'DEAD_LETTER_QUEUE_URL',
  'LEDGER_TABLE_NAME',
  'EVENT_BUS_NAME',
]
const ofWebhooks: Record<string, Variable[]> = {
  'receive-webhook.mjs': ['AWS_REGION', 'WEBHOOK_QUEUE_URL', 'EVENT_BUS_NAME'],
  'resolve-webhook.mjs': ['WEBHOOK_QUEUE_URL', ...ofOperations],
}

type Ended = { code: number | null; stdout: string; stderr: string }

/** Imports a bundle in a Node of its own, in a directory where nothing else is, with this environment and no other. */
async function importAlone(bundle: string, env: Record<string, string>): Promise<Ended> {
  const directory = await mkdtemp(join(tmpdir(), 'payops-cold-'))
  atTheEnd(() => rm(directory, { recursive: true, force: true }))
  await copyFile(join('dist/functions', bundle), join(directory, bundle))
  const url = pathToFileURL(join(directory, bundle)).href
  const program = `import(${JSON.stringify(url)}).then(
    bundle => console.log(Object.keys(bundle).join(), typeof bundle.handler),
    error => { console.error(error.name + ': ' + error.message); process.exitCode = 1 })`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { env, cwd: directory })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', chunk => {
    output.stdout += chunk
  })
  child.stderr.on('data', chunk => {
    output.stderr += chunk
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  return { code, ...output }
}

describe.each(bundles)('the bundle %s', bundle => {
  const needed = ofWebhooks[bundle] ?? ofOperations
  const missing = needed.map(name => `${name} is missing: ${rules[name]}`)

  it('needs nothing beside itself and its environment, and exports its handler', async () => {
    expect(await importAlone(bundle, complete)).toEqual({ code: 0, stdout: 'handler function\n', stderr: '' })
  })

  it('names all that is missing in one message where there is no environment', async () => {
    const { code, stdout, stderr } = await importAlone(bundle, {})
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(
      stderr
        .trimEnd()
        .replace(/^\w+: /, '')
        .split('\n'),
    ).toEqual([`The environment is not usable: ${missing.join('; ')}`])
  })

  it('repeats no value of a malformed environment', async () => {
    const ended = await importAlone(bundle, { ...complete, EVENT_BUS_NAME: sentinelToken })
    expect(ended.code).toBe(1)
    expect(ended.stderr).toContain('EVENT_BUS_NAME')
    expectNoSentinel(ended)
  })
})
