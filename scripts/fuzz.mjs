// Bundles the fuzz, which is TypeScript of the tests, and runs it: npm run fuzz -- --help
import { execFileSync, spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'

const root = resolve(import.meta.dirname, '..')
const bundle = join(root, 'dist', 'fuzz', 'main.mjs')
await build({
  absWorkingDir: root,
  entryPoints: ['test/fuzz/main.ts'],
  outfile: bundle,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  logLevel: 'error',
})

const commit = () => {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim()
  } catch {
    // Outside a checkout a violation is told without its commit.
    return 'unknown'
  }
}
const child = spawn(process.execPath, [bundle, ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, PAYOPS_COMMIT: commit() },
})
child.on('close', code => {
  process.exitCode = code ?? 1
})
