// Bundles what gets deployed and what runs locally:
//   functions/*.ts              -> dist/functions/<file>.mjs          everything inside; these are the zips
//   lib/local/function-host.ts  -> dist/local/function-host.mjs       runs one of them, as Lambda's runtime would
//   lib/cli/main.ts             -> dist/cli/payops.mjs                packages stay in node_modules
//   lib/index.ts                -> dist/index.mjs, dist/types         what producers import
// and dist/sbom.json, the bill of materials of the functions' bundles (CycloneDX).
// A file is written beside its place and renamed into it, so that a run that reads dist/ never sees half a bundle.
import { execFile } from 'node:child_process'
import { mkdir, readdir, rename, utimes, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { bundlePlugins } from './bundle-plugins.mjs'
import { writeBill } from './sbom.mjs'

const root = resolve(import.meta.dirname, '..')

// Some dependencies of the AWS SDK are CommonJS and call `require` for Node's own modules; an ESM bundle has none.
const requireBanner =
  "import{createRequire as payopsRequire}from'node:module';const require=payopsRequire(import.meta.url);"
const needsRequire = code => /\b__require\b|Dynamic require of/.test(code)

/** The packages' own ES modules come first: of a CommonJS one everything stays, used or not. */
const functionOptions = { minify: true, mainFields: ['module', 'main'], plugins: bundlePlugins }

async function listBundles() {
  const files = (await readdir(join(root, 'functions'))).filter(file => file.endsWith('.ts')).sort()
  if (files.length === 0) throw new Error('functions/ holds no .ts file: there is nothing to deploy')
  return [
    ...files.map(file => ({
      source: `functions/${file}`,
      target: `dist/functions/${basename(file, '.ts')}.mjs`,
      options: functionOptions,
    })),
    {
      source: 'lib/local/function-host.ts',
      target: 'dist/local/function-host.mjs',
      options: { minify: false },
    },
    { source: 'lib/cli/main.ts', target: 'dist/cli/payops.mjs', options: { packages: 'external' } },
    { source: 'lib/index.ts', target: 'dist/index.mjs', options: { packages: 'external' } },
  ]
}

async function bundle({ source, target, options }) {
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [source],
    outfile: target,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    legalComments: 'none',
    logLevel: 'error',
    metafile: true,
    write: false,
    ...options,
  })
  const code = outputFiles[0].text
  const text = needsRequire(code) ? requireBanner + code : code
  const bytes = Buffer.byteLength(text)
  return { target, text, bytes, metafile }
}

async function replaceFile(file, text) {
  await mkdir(dirname(file), { recursive: true })
  const beside = `${file}.${process.pid}.tmp`
  await writeFile(beside, text)
  await rename(beside, file)
}

/** The declarations beside dist/index.mjs; whether the types are right is what `npm run check` says. */
async function declareTypes() {
  const tsc = fileURLToPath(import.meta.resolve('typescript/package.json')).replace('package.json', 'bin/tsc')
  const flags = ['--noCheck', '--noEmit', 'false', '--declaration', '--emitDeclarationOnly']
  const places = ['--ignoreConfig', '--rootDir', root, '--outDir', join(root, 'dist/types')]
  const language = ['--module', 'nodenext', '--target', 'es2024', '--strict', '--exactOptionalPropertyTypes']
  await promisify(execFile)(process.execPath, [
    tsc,
    ...flags,
    ...places,
    ...language,
    '--types',
    'node',
    join(root, 'lib/index.ts'),
  ])
}

/** Builds all bundles; returns their targets and sizes. Nothing is written unless every one of them was built. */
export async function buildAll() {
  const startedAt = new Date()
  const built = await Promise.all((await listBundles()).map(bundle))
  const bill = writeBill(
    root,
    built.filter(({ target }) => target.startsWith('dist/functions/')),
  )
  for (const { target, text } of built) await replaceFile(join(root, target), text)
  await replaceFile(join(root, 'dist/sbom.json'), bill)
  const inputs = Object.assign({}, ...built.map(({ metafile }) => metafile.inputs))
  const outputs = Object.assign({}, ...built.map(({ metafile }) => metafile.outputs))
  await declareTypes()
  const meta = join(root, 'dist/meta.json')
  await replaceFile(meta, JSON.stringify({ inputs, outputs }))
  // Dated when the sources were read: one that was saved during the build counts as newer.
  await utimes(meta, startedAt, startedAt)
  return built.map(({ target, bytes }) => ({ target, bytes }))
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(resolve(process.argv[1])).href) {
  const known = ['--quiet']
  const unknown = process.argv.slice(2).filter(argument => !known.includes(argument))
  if (unknown.length > 0) {
    console.error(`unknown argument ${unknown.join(' ')}; usage: npm run build [-- --quiet]`)
    process.exit(2)
  }
  try {
    const built = await buildAll()
    if (!process.argv.includes('--quiet')) {
      for (const { target, bytes } of built) {
        console.log(
          `${relative('', join(root, target)).padEnd(44)} ${(bytes / 1024).toFixed(1).padStart(8)} KiB`,
        )
      }
    }
  } catch (error) {
    // esbuild has printed what is wrong with the sources, and where; what our plugins miss at the end it has not.
    const missed = error?.errors?.filter(({ pluginName }) => pluginName !== '')
    for (const { text } of missed ?? []) console.error(`build: ${text}`)
    if (missed === undefined) console.error(`build: ${error instanceof Error ? error.message : error}`)
    process.exitCode = 1
  }
}
