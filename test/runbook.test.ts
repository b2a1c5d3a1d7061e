import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { systemClock } from '../lib/adapters/system.js'
import { errorCodes } from '../lib/core/errors.js'
import { endAll } from './support/endings.js'
import { type PlantedDeployment, startPlantedDeployment } from './support/planted-deployment.js'
import { type Ended, runNode } from './support/run-command.js'
import { plantRunbookStories } from './support/runbook-stories.js'
import { expectNoSentinel, sentinelToken } from './support/sentinel.js'

// docs/runbook.md is run, not read: each of its commands by a shell, as it stands there, in the order in which it stands there.

const root = resolve(import.meta.dirname, '..')
const text = readFileSync(join(root, 'docs/runbook.md'), 'utf8')

const sections = text.split(/^#+ /m).map(part => {
  const [title = '', ...lines] = part.split('\n')
  return { title, body: lines.join('\n') }
})
const sectionOf = (title: string) => sections.find(section => section.title === title)?.body ?? ''

const commands = [...text.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, block = '']) =>
  block.trim().split('\n'),
)

/** What looks for something to say tells by 1 that there is something; everything else is done, or the runbook is wrong. */
const mayFind =
  /payops (doctor|reconcile|secrets check|webhooks (list|check)|submit .*--dry-run|dlq redrive .*--dry-run)/

let deployment: PlantedDeployment
let shims: string

beforeAll(async () => {
  const built = await runNode(['scripts/build.mjs', '--quiet'])
  if (built.code !== 0) throw new Error(built.stderr)
  deployment = await startPlantedDeployment([plantRunbookStories(systemClock.now())], 'prod')
  shims = mkdtempSync(join(tmpdir(), 'payops-runbook-'))
  // What npx does where payops is installed.
  writeFileSync(
    join(shims, 'npx'),
    `#!/bin/sh\nshift\nexec '${join(root, 'node_modules/node/bin/node')}' '${join(root, 'dist/cli/payops.mjs')}' "$@"\n`,
    { mode: 0o755 },
  )
})

afterAll(async () => {
  rmSync(shims, { recursive: true, force: true })
  await endAll()
})

/** In a shell, with the token on standard input for the one command that asks for it. */
const runAsWritten = (command: string): Promise<Ended> =>
  new Promise(done => {
    const options = { env: { ...deployment.env, PATH: `${shims}:/usr/bin:/bin` } }
    const child = execFile('sh', ['-c', command], options, (_, stdout, stderr) =>
      done({ code: child.exitCode, stdout, stderr }),
    )
    child.stdin?.end(`${sentinelToken}\n`)
  })

const alarms = [
  ...readFileSync(join(root, 'serverless.yml'), 'utf8').matchAll(/AlarmName: payops-\$\{sls:stage\}-(\S+)/g),
].map(([, name = '']) => name)

describe('docs/runbook.md', () => {
  it.each(errorCodes)('has a section for the error code %s', code => {
    const body = sectionOf(code)
    for (const part of ['**Means.**', '**Look at.**', '**Do.**', '**Do not**']) {
      // A doubt is looked at and done about at once.
      expect(body).toContain(part)
    }
    expect(body).toMatch(/^npx payops /m)
  })

  it('has a section for each alarm of the template, and for no other', () => {
    const titled = sections.flatMap(({ title }) => /^Alarm: (\S+)$/.exec(title)?.[1] ?? [])
    expect(alarms.length).toBeGreaterThan(7)
    expect([...titled].sort()).toEqual([...new Set(alarms)].sort())
  })

  it.each(commands)('runs as written: %s', async command => {
    const ended = await runAsWritten(command)
    expectNoSentinel(ended)
    expect({ ...ended, stdout: '' }).toMatchObject({
      code: mayFind.test(command) ? expect.any(Number) : 0,
    })
    expect(`${ended.code} ${ended.stderr}`).not.toMatch(/^2 |says what there is|unknown (option|command)/)
  })
})
