import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'

/** The package as a producer has it: `payops` in its node_modules, its own strict compiler settings. */

const root = resolve(import.meta.dirname, '..')
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'payops-producer-'))
  await mkdir(join(folder, 'node_modules'))
  await symlink(root, join(folder, 'node_modules/payops'))
  for (const scope of ['@aws-sdk', '@types']) {
    await symlink(join(root, 'node_modules', scope), join(folder, 'node_modules', scope))
  }
  await writeFile(join(folder, 'package.json'), '{"type": "module"}')
  await copyFile(join(root, 'examples/erp-sync/producer.ts'), join(folder, 'producer.ts'))
})

afterAll(() => rm(folder, { recursive: true }))

const compile = (file: string): Promise<string> =>
  run(join(root, 'node_modules/typescript/bin/tsc'), [
    ...['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', '--ignoreConfig'],
    ...['--target', 'es2024', '--module', 'nodenext', file],
  ])

const run = (script: string, args: string[]): Promise<string> =>
  new Promise(done => {
    execFile(process.execPath, [script, ...args], { cwd: folder }, (_, stdout, stderr) =>
      done(stdout + stderr),
    )
  })

describe('the package payops', () => {
  it('lets the example producer compile', async () => {
    expect(await compile('producer.ts')).toBe('')
  })

  it('tells a producer at compile time which key is misspelled', async () => {
    await writeFile(
      join(folder, 'wrong.ts'),
      `import type { OperationRequestInput } from 'payops'\nexport const r: OperationRequestInput = { paymentId: 1, operatonCode: 0 }\n`,
    )
    expect(await compile('wrong.ts')).toContain("'operatonCode' does not exist in type")
  })

  it('types an outcome for who receives it', async () => {
    await writeFile(
      join(folder, 'right.ts'),
      `import type { Outcome } from 'payops'\nexport const code = (o: Outcome): string | undefined => o.status === 'failed' ? o.error?.code : undefined\n`,
    )
    expect(await compile('right.ts')).toBe('')
  })

  it('checks a request where it is made, and serves the JSON Schemas by name', async () => {
    await writeFile(
      join(folder, 'use.mjs'),
      `import { parseRequest } from 'payops'
import schema from 'payops/schemas/operation-request.schema.json' with { type: 'json' }
const parsed = parseRequest('{"paymentId": 117}', { requestId: 'm', storeHash: 'abc' })
console.log(parsed.valid, parsed.refusal.message, schema.$id)`,
    )
    expect(await run('use.mjs', [])).toBe(
      'false operationCode: missing; it must be the number 0, 1, 2 or 3 urn:payops:operation-request:1\n',
    )
  })
})
