// Webhooks by the thousand at the embedded stack's Function URL: npm run webhooks -- --help
import { buildAll } from './build.mjs'
import { bundleProgram, runProgram } from './run-bundled.mjs'

try {
  await buildAll()
  runProgram(await bundleProgram('test/webhook-run/main.ts', 'webhooks/main.mjs', { packages: 'external' }))
} catch (error) {
  // esbuild has printed what is wrong and where; anything else is said here.
  if (!Array.isArray(error?.errors))
    console.error(`webhooks: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
}
