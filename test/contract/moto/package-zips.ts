import { execFile } from 'node:child_process'
import { cp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { packageDeployment } from '../../support/package-deployment.js'
import { readTemplate, type Template } from './template-mends.js'

const run = promisify(execFile)

export type Package = {
  template: Template
  /** The `dist/` of the function's zip, unpacked; beside it is only what stands for Lambda's runtime. */
  unzip(functionKey: string): Promise<string>
}

/** What `serverless deploy` would upload, in a directory that goes away at the end. */
export async function packageZips(stage: string, params: Record<string, string>): Promise<Package> {
  const set = Object.entries(params).map(([name, value]) => `--param=${name}=${value}`)
  const directory = await packageDeployment('--stage', stage, ...set)
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
