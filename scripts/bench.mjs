// Builds the functions and the bench, which is TypeScript of the tests, and runs it: npm run bench -- --help
import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'
import { buildAll } from './build.mjs'

const root = resolve(import.meta.dirname, '..')
// It starts the other processes of the bench, and bundles them itself.
const main = join(root, 'dist/bench/main.mjs')

async function buildBench() {
  await buildAll()
  await build({
    absWorkingDir: root,
    entryPoints: ['test/bench/main.ts'],
    outfile: main,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node24',
    logLevel: 'error',
  })
}

function runBench() {
  const child = spawn(process.execPath, [main, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' })
  child.on('close', code => {
    process.exitCode = code ?? 1
  })
}

try {
  await buildBench()
  runBench()
} catch (error) {
  // esbuild has printed what is wrong and where; anything else is said here.
  if (!Array.isArray(error?.errors)) console.error(`bench: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
}
