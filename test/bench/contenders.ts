import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

/** Who is measured, and the one bundle that each would be deployed as. */

export type ContenderName =
  | 'payops'
  | 'powertools'
  | 'powertools, concurrent'
  | 'middy + got'
  | 'bare node:http'
export type Contender = {
  name: ContenderName
  bundle: string
  kib: number
  gzipKib: number
  /** What its deployment declares beyond what Lambda and the bench give to all. */
  environment: Record<string, string>
}

export const contenderNames: ContenderName[] = [
  'payops',
  'powertools',
  'powertools, concurrent',
  'middy + got',
  'bare node:http',
]

const peerFiles: Partial<Record<ContenderName, string>> = {
  powertools: 'powertools.mjs',
  'powertools, concurrent': 'powertools-concurrent.mjs',
  'middy + got': 'middy-got.mjs',
  'bare node:http': 'bare.mjs',
}

/** From the repository's root. The peers live in a package of their own, with its own lock file; payops never depends on it. */
const peersSource = 'test/bench/peers'
/** They are installed and bundled here, out of the way of whatever reads the tests' folder. */
const peersPlace = 'dist/bench/peers'
const payopsBundle = 'dist/functions/perform-operations.mjs'

// For CommonJS packages that call `require` in an ESM bundle, as the documentation of Powertools and of AWS SAM says.
const requireBanner = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);"

export async function bundleContenders(
  names: ContenderName[],
  nodeOptions: string | undefined,
): Promise<Contender[]> {
  if (!existsSync(payopsBundle)) throw new Error(`${payopsBundle} is not there: run npm run build first`)
  if (names.some(name => name !== 'payops')) installPeers()
  const contenders: Contender[] = []
  for (const name of names) {
    const file = peerFiles[name]
    const bundle = file === undefined ? payopsBundle : await bundlePeer(file)
    const kib = statSync(bundle).size / 1024
    const gzipKib = gzipSync(readFileSync(bundle)).length / 1024
    const environment = name === 'payops' && nodeOptions !== undefined ? { NODE_OPTIONS: nodeOptions } : {}
    contenders.push({ name, bundle, kib, gzipKib, environment })
  }
  return contenders
}

function installPeers(): void {
  const lock = readFileSync(join(peersSource, 'package-lock.json'), 'utf8')
  const installed = join(peersPlace, 'node_modules', '.installed-from.json')
  mkdirSync(peersPlace, { recursive: true })
  for (const file of readdirSync(peersSource, { withFileTypes: true }))
    if (file.isFile()) cpSync(join(peersSource, file.name), join(peersPlace, file.name))
  if (existsSync(installed) && readFileSync(installed, 'utf8') === lock) return
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel', 'error']
  execFileSync('npm', ['ci', '--prefix', peersPlace, ...flags], { stdio: 'inherit' })
  writeFileSync(installed, lock)
}

/**
 * The options of scripts/build.mjs without what that file adds for payops alone, which is the same as what the documentation
 * of Powertools and of AWS SAM names: one minified ES module, the packages' own ES modules first.
 */
async function bundlePeer(file: string): Promise<string> {
  const bundle = join('dist/bench/bundles', file)
  await build({
    entryPoints: [join(peersPlace, file)],
    outfile: bundle,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    mainFields: ['module', 'main'],
    legalComments: 'none',
    logLevel: 'error',
    banner: { js: requireBanner },
  })
  return bundle
}
