// Writes docs/schemas/*.json from the schemas that payops checks with: npm run schemas. A test tells when they are out of date.
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { bundleProgram } from './run-bundled.mjs'

const program = await bundleProgram('lib/core/json-schemas.ts', 'schemas.mjs')
const { outcomeJsonSchema, requestJsonSchema } = await import(pathToFileURL(program).href)
const folder = resolve(import.meta.dirname, '..', 'docs', 'schemas')
await mkdir(folder, { recursive: true })
for (const [name, schema] of [
  ['operation-request', requestJsonSchema()],
  ['operation-outcome', outcomeJsonSchema()],
]) {
  await writeFile(join(folder, `${name}.schema.json`), `${JSON.stringify(schema, null, 2)}\n`)
  console.log(`docs/schemas/${name}.schema.json`)
}
