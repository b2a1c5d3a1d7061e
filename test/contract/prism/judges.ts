import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe } from '@jest/globals'

// Neither is part of the project: the official document is not ours to publish, and Prism needs a newer Node than payops.

const root = resolve(import.meta.dirname, '..', '..', '..')

/** Beside the repository, where CI has it as well. */
export const documentPath = resolve(root, '..', 'shared', 'spec', 'b2b-invoice-payments.openapi.yaml')
/** Put there by `npm ci --prefix .ci/prism --ignore-scripts`. */
export const prismPath = join(
  root,
  '.ci',
  'prism',
  'node_modules',
  '@stoplight',
  'prism-cli',
  'dist',
  'index.js',
)
/** Prism needs 24.18, which may be newer than the Node that runs the tests. */
export const nodePath = join(root, 'node_modules', 'node', 'bin', 'node')

/** What there is to judge by and is not here, in words. */
export const missingJudges = [
  { path: documentPath, hint: 'the official OpenAPI document' },
  { path: prismPath, hint: 'Prism: npm ci --prefix .ci/prism --ignore-scripts' },
]
  .filter(({ path }) => !existsSync(path))
  .map(({ path, hint }) => `${path} (${hint})`)

/** CI sets it: there, what is not judged has failed. */
export const areJudgesRequired = process.env['PAYOPS_REQUIRE_JUDGES'] === '1'

/** As `describe`; where a judge is missing its tests are skipped, and it says so. */
export function describeJudged(name: string, tests: () => void): void {
  const isJudged = missingJudges.length === 0
  if (!isJudged) console.warn(`${name}: skipped, for want of ${missingJudges.join(' and ')}`)
  const run = isJudged ? describe : describe.skip
  run(name, tests)
}
