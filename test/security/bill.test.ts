import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { describe, expect, it } from '@jest/globals'
import { Ajv } from 'ajv'
import * as z from 'zod/mini'

// dist/sbom.json, which the build writes, judged by CycloneDX's own schema, by what esbuild says is in the bundles, and by the
// lock file: what version and licence a package has, and whether it would run a script when it is installed.

const readJson = async (path: string): Promise<unknown> => JSON.parse(await readFile(path, 'utf8'))

const licences = z.array(z.object({ license: z.object({ id: z.string() }) }))
const component = z.object({
  type: z.string(),
  name: z.string(),
  group: z.optional(z.string()),
  version: z.string(),
  'bom-ref': z.string(),
  purl: z.optional(z.string()),
  licenses: licences,
  hashes: z.optional(z.array(z.object({ alg: z.string(), content: z.string() }))),
})
const bill = z.parse(
  z.object({
    components: z.array(component),
    dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.optional(z.array(z.string())) })),
  }),
  await readJson('dist/sbom.json'),
)
const locked = z.parse(
  z.object({
    packages: z.record(
      z.string(),
      z.object({
        version: z.optional(z.string()),
        license: z.optional(z.string()),
        hasInstallScript: z.optional(z.boolean()),
      }),
    ),
  }),
  await readJson('package-lock.json'),
).packages
const outputs = z.parse(
  z.object({
    outputs: z.record(
      z.string(),
      z.object({ inputs: z.record(z.string(), z.object({ bytesInOutput: z.number() })) }),
    ),
  }),
  await readJson('dist/meta.json'),
).outputs

const files = bill.components.filter(({ type }) => type === 'file')
const libraries = bill.components.filter(({ type }) => type === 'library')
const nameOf = ({ group, name }: z.infer<typeof component>) =>
  group === undefined ? name : `${group}/${name}`

/** Packages of which every file in the bundles has been replaced by a few lines of ours (scripts/bundle-plugins.mjs). */
const replacedWhole = [
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  'cacheable-request',
]

function packagesIn(bundle: string): string[] {
  const inputs = Object.entries(outputs[bundle]?.inputs ?? {})
  const names = inputs.flatMap(([path, { bytesInOutput }]) => {
    const [, name] = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules)/.exec(path) ?? []
    return name === undefined || bytesInOutput === 0 ? [] : [name]
  })
  return [...new Set(names)].filter(name => !replacedWhole.includes(name)).sort()
}

describe('the bill of materials', () => {
  it('is CycloneDX, by its own schema', async () => {
    const schemas = 'node_modules/@cyclonedx/cyclonedx-library/res/schema'
    const read = async (name: string) => Object(await readJson(`${schemas}/${name}.SNAPSHOT.schema.json`))
    const formats = {
      'date-time': true,
      'iri-reference': /^\S*$/,
      uri: /^\S*$/,
      'idn-email': true,
      email: true,
    } as const
    const ajv = new Ajv({ strict: false, formats })
    for (const name of ['spdx', 'jsf-0.82'])
      ajv.addSchema(await read(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`)
    const validate = ajv.compile(await read('bom-1.6'))
    validate(await readJson('dist/sbom.json'))
    expect(validate.errors).toBeNull()
  })

  it('lists each bundle by its hash, as it lies there', async () => {
    const bundles = Object.keys(outputs).filter(path => path.startsWith('dist/functions/'))
    expect(files.map(({ name }) => name).sort()).toEqual(bundles.sort())
    for (const { name, hashes } of files) {
      const content = createHash('sha256')
        .update(await readFile(name))
        .digest('hex')
      expect(hashes).toEqual([{ alg: 'SHA-256', content }])
    }
  })

  it('says of each bundle exactly the packages of which code is in it', () => {
    const byRef = new Map(libraries.map(library => [library['bom-ref'], nameOf(library)]))
    for (const { name, 'bom-ref': ref } of files) {
      const { dependsOn = [] } = bill.dependencies.find(dependency => dependency.ref === ref) ?? {}
      expect(dependsOn.map(on => byRef.get(on)).sort()).toEqual(packagesIn(name))
      expect(dependsOn.length).toBeGreaterThan(10)
    }
  })

  it('has the version and the licence of each as the lock file knows them', () => {
    for (const library of libraries) {
      const { version, license } = locked[`node_modules/${nameOf(library)}`] ?? {}
      expect({ name: nameOf(library), version, license }).toEqual({
        name: nameOf(library),
        version: library.version,
        license: library.licenses[0]?.license.id,
      })
    }
  })
})

describe('a package in a bundle', () => {
  it('is under a licence that asks for nothing but to be named, if for that', () => {
    const ids = new Set(libraries.map(({ licenses }) => licenses[0]?.license.id))
    expect([...ids].sort()).toEqual(['Apache-2.0', 'MIT', 'Unlicense'])
  })

  it('runs no script when it is installed', async () => {
    const suspects = Object.entries(locked).filter(([, { hasInstallScript }]) => hasInstallScript === true)
    // The lock file knows such packages, so that what it says of the others counts.
    expect(suspects.length).toBeGreaterThan(0)
    for (const library of libraries) {
      expect(suspects.map(([path]) => path)).not.toContain(`node_modules/${nameOf(library)}`)
      const { scripts = {} } = Object(await readJson(`node_modules/${nameOf(library)}/package.json`))
      for (const script of ['preinstall', 'install', 'postinstall'])
        expect(scripts).not.toHaveProperty(script)
    }
  })
})
