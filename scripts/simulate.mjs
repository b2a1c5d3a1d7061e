// The simulation, which is TypeScript of the tests: npm run simulate -- --help
import { runBundled } from './run-bundled.mjs'

await runBundled('test/simulation/main.ts', 'simulation/main.mjs')
