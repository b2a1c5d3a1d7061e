// Builds the functions and the bench, which is TypeScript of the tests, and runs it: npm run bench -- --help
import { buildAll } from './build.mjs'
import { bundleProgram, runProgram } from './run-bundled.mjs'

try {
  await buildAll()
  // It starts the other processes of the bench, and bundles them itself.
  runProgram(await bundleProgram('test/bench/main.ts', 'bench/main.mjs', { packages: 'external' }))
} catch (error) {
  // esbuild has printed what is wrong and where; anything else is said here.
  if (!Array.isArray(error?.errors)) console.error(`bench: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
}
