import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { atTheEnd } from '../../support/endings.js'
import { runNode } from '../../support/run-command.js'
import { readTemplate, type Template } from './template-mends.js'

const run = promisify(execFile)

export type Package = {
  template: Template
  /** The `dist/` of the function's zip, unpacked; beside it is only what stands for Lambda's runtime. */
  unzip(functionKey: string): Promise<string>
}

/** What `serverless deploy` would upload, in a directory that goes away at the end. */
export async function packageZips(stage: string, params: Record<string, string>): Promise<Package> {
  const directory = await mkdtemp(join(tmpdir(), 'payops-zips-'))
  atTheEnd(() => rm(directory, { recursive: true, force: true }))
  const cli = 'node_modules/serverless/bin/serverless.js'
  const set = Object.entries(params).map(([name, value]) => `--param=${name}=${value}`)
  const ended = await runNode([cli, 'package', '--stage', stage, '--package', directory, ...set])
  if (ended.code !== 0) throw new Error(`${ended.stdout}\n${ended.stderr}`)
  const text = await readFile(join(directory, 'cloudformation-template-update-stack.json'), 'utf8')
  return {
    template: readTemplate(text),
    unzip: async functionKey => {
      const target = join(directory, functionKey)
      const host = join('local', 'function-host.mjs')
      // Python's: where moto runs there is one.
      await run('python3', ['-m', 'zipfile', '-e', join(directory, `${functionKey}.zip`), target])
      await cp(join('dist', host), join(target, 'dist', host))
      return join(target, 'dist')
    },
  }
}
