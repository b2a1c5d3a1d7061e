// What no linter knows of the packaged template: npm run check:template [-- PATH]. Without a path it packages serverless.yml first.
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { bundleProgram } from './run-bundled.mjs'

const root = resolve(import.meta.dirname, '..')
const usage = 'usage: npm run check:template [-- PATH of a packaged template]'

async function readPackaged() {
  const directory = await mkdtemp(join(tmpdir(), 'payops-check-'))
  try {
    const cli = join(root, 'node_modules/serverless/bin/serverless.js')
    await promisify(execFile)(process.execPath, [cli, 'package', '--package', directory], { cwd: root })
    return await readFile(join(directory, 'cloudformation-template-update-stack.json'), 'utf8')
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

const [path, ...more] = process.argv.slice(2)
if (more.length > 0 || path?.startsWith('-')) {
  console.error(usage)
  process.exit(path === '--help' ? 0 : 2)
}
try {
  const text = path === undefined ? await readPackaged() : await readFile(path, 'utf8')
  const program = await bundleProgram('lib/template/check-template.ts', 'check-template.mjs')
  const { checkTemplate, rules } = await import(pathToFileURL(program).href)
  const findings = checkTemplate(JSON.parse(text))
  for (const { rule, where, problem, mend } of findings) {
    console.log(`${rule}: ${where}\n  ${problem}\n  mend: ${mend}`)
  }
  console.log(
    findings.length === 0
      ? `the template keeps all ${rules.length} rules`
      : `${findings.length} finding${findings.length === 1 ? '' : 's'} against ${rules.length} rules`,
  )
  process.exitCode = findings.length === 0 ? 0 : 1
} catch (error) {
  // osls says on stdout what is wrong with serverless.yml.
  console.error(`check:template: ${error.stdout || error.message}`)
  process.exitCode = 2
}
