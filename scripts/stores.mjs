// Many stores on one deployment, some of them failing: npm run stores -- --help
import { buildAll } from './build.mjs'
import { bundleProgram, runProgram } from './run-bundled.mjs'

try {
  await buildAll()
  runProgram(await bundleProgram('test/stores/main.ts', 'stores/main.mjs', { packages: 'external' }))
} catch (error) {
  // esbuild has printed what is wrong and where; anything else is said here.
  if (!Array.isArray(error?.errors))
    console.error(`stores: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
}
