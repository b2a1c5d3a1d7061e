// Writes docs/schemas/*.json from the schemas that payops checks with: npm run schemas. A test tells when they are out of date.
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = resolve(import.meta.dirname, '..')
const bundle = join(root, 'dist', 'schemas.mjs')
await build({
  absWorkingDir: root,
  entryPoints: ['lib/core/json-schemas.ts'],
  outfile: bundle,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  logLevel: 'error',
})
const { outcomeJsonSchema, requestJsonSchema } = await import(pathToFileURL(bundle).href)
const folder = join(root, 'docs', 'schemas')
await mkdir(folder, { recursive: true })
for (const [name, schema] of [
  ['operation-request', requestJsonSchema()],
  ['operation-outcome', outcomeJsonSchema()],
]) {
  const file = join(folder, `${name}.schema.json`)
  await writeFile(file, `${JSON.stringify(schema, null, 2)}\n`)
  console.log(`docs/schemas/${name}.schema.json`)
}
