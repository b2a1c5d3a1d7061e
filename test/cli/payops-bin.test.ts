import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { beforeAll, describe, expect, it } from '@jest/globals'
import { areToolsRequired } from '../support/find-tool.js'
import { runNode } from '../support/run-command.js'

const script = resolve(import.meta.dirname, '..', '..', 'scripts', 'payops.mjs')

/** Of the Nodes on PATH one that is older than the deployed one, as a person's shell may have it. */
const olderNode = (process.env['PATH'] ?? '')
  .split(delimiter)
  .map(folder => join(folder, 'node'))
  .filter(existsSync)
  .find(node => Number(/^v(\d+)/.exec(String(execFileSync(node, ['--version'])))?.[1]) < 24)

beforeAll(async () => {
  const built = await runNode(['scripts/build.mjs', '--quiet'])
  if (built.code !== 0) throw new Error(built.stderr)
})

describe('npx payops', () => {
  it('is the command itself on the Node that is deployed', async () => {
    const ended = await runNode([script, 'dlq', '--help'])
    expect(ended).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('redrive') })
  })

  // Where what judges is required, its absence is a failure.
  const itOnOlder = olderNode === undefined && !areToolsRequired ? it.skip : it

  itOnOlder('starts the deployed Node from an older one, and ends as the command does', () => {
    const run = (...argv: string[]) =>
      spawnSync(olderNode ?? '', [script, ...argv], { encoding: 'utf8', timeout: 30_000 })
    expect(run('dlq', '--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('redrive') })
    expect(run('redrvie')).toMatchObject({ status: 2, stdout: '' })
  })
})
