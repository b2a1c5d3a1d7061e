// The embedded stack under faults for as long as is asked, its containers watched: npm run soak -- --help
import { buildAll } from './build.mjs'
import { bundleProgram, runProgram } from './run-bundled.mjs'

try {
  await buildAll()
  await bundleProgram('test/soak/container-probe.ts', 'soak/container-probe.mjs')
  runProgram(await bundleProgram('test/soak/main.ts', 'soak/main.mjs', { packages: 'external' }))
} catch (error) {
  // esbuild has printed what is wrong and where; anything else is said here.
  if (!Array.isArray(error?.errors)) console.error(`soak: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
}
