// The fuzz, which is TypeScript of the tests: npm run fuzz -- --help
import { runBundled } from './run-bundled.mjs'

await runBundled('test/fuzz/main.ts', 'fuzz/main.mjs')
