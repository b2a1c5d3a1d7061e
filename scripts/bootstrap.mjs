// `npm start` and `npm test` on a fresh clone: installs what package-lock.json says, builds what is out of date, then runs
// Node 24 from node_modules. Plain JavaScript without a dependency, because it runs on Node 20 before anything is installed.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const stampFile = join(root, 'node_modules', '.payops-lock')
const node24 = join(root, 'node_modules', 'node', 'bin', 'node')
const environment = {
  ...process.env,
  PATH: join(root, 'node_modules', '.bin') + delimiter + (process.env.PATH ?? ''),
}

const commands = {
  start: ['dist/cli/payops.mjs', 'start'],
  test: [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    'node_modules/jest/bin/jest.js',
  ],
}

const lockDigest = () =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')

/** The stamp is written after npm ci has ended well: a clone whose install was cut short installs again. */
const isInstalled = () =>
  existsSync(stampFile) && existsSync(node24) && readFileSync(stampFile, 'utf8').trim() === lockDigest()

async function install() {
  console.error('Installing what package-lock.json says (npm ci) …')
  const npm = process.env.npm_execpath?.endsWith('.js')
    ? [process.execPath, process.env.npm_execpath]
    : ['npm']
  const [program, ...first] = npm
  const ended = await run(program, [...first, 'ci', '--include=dev', '--no-audit', '--no-fund'], {
    quiet: true,
    cwd: root,
  })
  if (ended.code !== 0) {
    console.error(ended.output.trimEnd())
    console.error(
      'npm ci failed (its output is above); nothing was started. Is the package registry reachable? Then try again.',
    )
    process.exit(1)
  }
  if (!existsSync(node24)) {
    console.error(
      'npm ci left no Node 24 in node_modules/node: its install script did not run (is ignore-scripts set?).',
    )
    process.exit(1)
  }
  writeFileSync(stampFile, `${lockDigest()}\n`)
}

/** Directories count too: a file that was removed shows in its directory's time alone. */
function newestChangeMs(path) {
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.mtimeMs
  return Math.max(stat.mtimeMs, ...readdirSync(path).map(name => newestChangeMs(join(path, name))))
}

function isBuilt() {
  const meta = join(root, 'dist', 'meta.json')
  if (!existsSync(meta)) return false
  const outputs = Object.keys(JSON.parse(readFileSync(meta, 'utf8')).outputs)
  if (!outputs.every(output => existsSync(join(root, output)))) return false
  const sources = ['functions', 'lib', 'scripts/build.mjs', 'package-lock.json']
  return sources.every(source => newestChangeMs(join(root, source)) < statSync(meta).mtimeMs)
}

/** Runs a program to its end. Quiet: its output is kept and handed back, for the case that it fails. */
function run(program, argv, { quiet = false, cwd }) {
  return new Promise(done => {
    const child = spawn(program, argv, {
      cwd,
      env: environment,
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', chunk => (output += chunk))
    const forward = signal => {
      // A terminal sends Ctrl-C to the whole group, so the child has it already; a second one would cut its clean end short.
      if (signal === 'SIGINT' && process.stdin.isTTY) return
      child.kill(signal)
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, forward)
    child.on('error', error => done({ code: 1, output: `${program}: ${error.message}` }))
    child.on('close', (code, signal) => {
      for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(name, forward)
      done({ code: code ?? 128 + (constants.signals[signal] ?? 0), output })
    })
  })
}

const [command, ...rest] = process.argv.slice(2)
if (!Object.hasOwn(commands, command ?? '')) {
  console.error(`usage: node scripts/bootstrap.mjs <${Object.keys(commands).join('|')}> [arguments]`)
  process.exit(2)
}
if (!isInstalled()) await install()
if (!isBuilt()) {
  const built = await run(node24, ['scripts/build.mjs', '--quiet'], { cwd: root })
  if (built.code !== 0) process.exit(built.code)
}
// A file named on the command line is looked for where the user stands; npm itself goes to the root of the project first.
const invokedFrom = process.env.npm_lifecycle_event === command ? process.env.INIT_CWD : undefined
const [script, ...options] = commands[command].map(part => (part.includes('/') ? join(root, part) : part))
const cwd = command === 'start' ? (invokedFrom ?? process.cwd()) : root
process.exitCode = (await run(node24, [script, ...options, ...rest], { cwd })).code
