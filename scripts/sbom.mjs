// The software bill of materials of what gets deployed, as CycloneDX 1.6: each function's bundle with its hash, and each package
// of which code is in it, with version and licence. It is read from esbuild's own account of the outputs, so that what was shaken
// out is not in it, and it says nothing of time or chance: the same sources give the same text.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library'
import { isReplaced } from './bundle-plugins.mjs'

const namespace = 'payops'

/** The directory of the package that a bundled file belongs to; undefined where the code is our own. */
function packageOf(input) {
  const [directory] = /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(input) ?? []
  const isOwn = /^(lib|functions)\//.test(input) || input.startsWith('builtin:') || isReplaced(input)
  if (isOwn) return undefined
  if (directory === undefined) throw new Error(`${input} is in a bundle, and no package's and not ours`)
  return directory
}

const listPackages = output =>
  new Set(
    Object.entries(output.inputs).flatMap(([input, { bytesInOutput }]) =>
      bytesInOutput > 0 ? (packageOf(input) ?? []) : [],
    ),
  )

const readPackage = (root, directory) =>
  JSON.parse(readFileSync(join(root, directory, 'package.json'), 'utf8'))

function createLibrary({ name, version, license, description }) {
  const [scope, short] = name.startsWith('@') ? name.split('/') : [undefined, name]
  const purl = `pkg:npm/${scope === undefined ? '' : `%40${scope.slice(1)}/`}${short}@${version}`
  const library = new Models.Component(Enums.ComponentType.Library, short, {
    ...(scope !== undefined && { group: scope }),
    version,
    purl,
    bomRef: purl,
    scope: Enums.ComponentScope.Required,
    ...(description !== undefined && { description }),
  })
  library.licenses.add(readLicence(name, license))
  return library
}

/** What nobody licensed must not be deployed in silence. */
function readLicence(name, license) {
  if (typeof license !== 'string' || license === '') throw new Error(`${name} says no licence`)
  return / (OR|AND|WITH) /.test(license)
    ? new Models.LicenseExpression(license)
    : new Models.SpdxLicense(license)
}

function createBundle({ target, text }, version) {
  const sha256 = createHash('sha256').update(text).digest('hex')
  const bundle = new Models.Component(Enums.ComponentType.File, target, {
    version,
    bomRef: `${namespace}/${target}`,
    hashes: new Models.HashDictionary([[Enums.HashAlgorithm['SHA-256'], sha256]]),
  })
  bundle.licenses.add(new Models.SpdxLicense('MIT'))
  return bundle
}

/** `built` are the functions' bundles: `{ target, text, metafile }`. Returns the bill's JSON. */
export function writeBill(root, built) {
  const own = readPackage(root, '.')
  const application = new Models.Component(Enums.ComponentType.Application, own.name, {
    version: own.version,
    description: own.description,
    bomRef: namespace,
  })
  application.licenses.add(readLicence(own.name, own.license))
  const bom = new Models.Bom({ metadata: new Models.Metadata({ component: application }) })
  const libraries = new Map()
  for (const { target, text, metafile } of built) {
    const bundle = createBundle({ target, text }, own.version)
    application.dependencies.add(bundle.bomRef)
    bom.components.add(bundle)
    for (const directory of listPackages(metafile.outputs[target])) {
      const library = libraries.get(directory) ?? createLibrary(readPackage(root, directory))
      libraries.set(directory, library)
      bom.components.add(library)
      bundle.dependencies.add(library.bomRef)
    }
  }
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6))
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`
}
