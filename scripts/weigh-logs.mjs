// Weighs three ways to log and to count (docs/decisions/0007): node scripts/weigh-logs.mjs, after `npm run bench` has installed the peers.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'
import { bundlePlugins } from './bundle-plugins.mjs'

const root = resolve(import.meta.dirname, '..')
const peers = join(root, 'dist/bench/peers/node_modules')
const place = join(root, 'dist/bench/weigh')
const contenders = {
  ours: 'ours.ts',
  'Powertools Logger + Metrics': 'powertools.mjs',
  'Lambda JSON + ours': 'lambda-json.ts',
}
const [rounds, invocations] = [9, 2_000]

/** In a Node of its own: what the import takes, and the CPU of invocations of ten messages. */
const program = bundle => `
const before = performance.now()
const { invoke } = await import(${JSON.stringify(bundle)})
const importMs = performance.now() - before
const fields = id => ({ requestId: 'bench-' + id, storeHash: 'luma7x2', paymentId: id, type: 'performOperation', operationCode: 0,
  status: 'succeeded', effect: 'performed', attempts: 1, apiRequestId: '00000000-0000-4000-8000-000000000000', tookMs: 112 })
const run = count => { for (let i = 0; i < count; i += 1) invoke(Array.from({ length: 10 }, (_, at) => fields(i * 10 + at))) }
run(200)
const cpu = process.cpuUsage()
run(${invocations})
const { user, system } = process.cpuUsage(cpu)
process.stderr.write(JSON.stringify({ importMs, cpuUs: (user + system) / ${invocations * 10} }))`

async function bundle(file) {
  const outfile = join(place, file.replace(/\.\w+$/, '.mjs'))
  const { metafile } = await build({
    entryPoints: [join(root, 'test/bench/weigh', file)],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    mainFields: ['module', 'main'],
    nodePaths: [peers],
    // As the functions are built: Node's modules are asked for as objects.
    plugins: bundlePlugins.filter(({ name }) => name === 'keep-builtins-lazy'),
    metafile: true,
    logLevel: 'error',
  })
  return { outfile, bytes: Object.values(metafile.outputs)[0]?.bytes ?? 0 }
}

function measure(outfile) {
  return new Promise((done, fail) => {
    const child = spawn('sh', [
      '-c',
      '"$0" --input-type=module --eval "$1" | cat',
      process.execPath,
      program(outfile),
    ])
    let [text, bytes] = ['', 0]
    child.stderr.on('data', chunk => {
      text += chunk
    })
    // Through a pipe of the shell's, which blocks as Lambda's does; Node's own would not.
    child.stdout.on('data', chunk => {
      bytes += chunk.length
    })
    child.once('error', fail)
    child.once('close', code => {
      if (code !== 0) return fail(new Error(text))
      return done({ ...JSON.parse(text), bytesAMessage: bytes / ((invocations + 200) * 10) })
    })
  })
}

const median = values => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

if (existsSync(peers)) {
  await mkdir(place, { recursive: true })
  const bundles = await Promise.all(
    Object.entries(contenders).map(async ([name, file]) => ({ name, runs: [], ...(await bundle(file)) })),
  )
  for (let round = 0; round < rounds; round += 1)
    for (const { runs, outfile } of bundles) runs.push(await measure(outfile))
  console.log(
    '| | bundle, KiB | import, ms | CPU us a message | bytes a message |\n| --- | ---: | ---: | ---: | ---: |',
  )
  for (const { name, bytes, runs } of bundles) {
    const of = key => median(runs.map(run => run[key]))
    const cells = [
      (bytes / 1024).toFixed(1),
      of('importMs').toFixed(1),
      of('cpuUs').toFixed(1),
      of('bytesAMessage').toFixed(0),
    ]
    console.log(`| ${name} | ${cells.join(' | ')} |`)
  }
} else {
  console.error('weigh-logs: the peers are not installed: run npm run bench first')
  process.exitCode = 1
}
