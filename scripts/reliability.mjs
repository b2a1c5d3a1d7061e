// Runs what proves reliability and writes down what it printed: npm run reliability -- [stores] [soak] [webhooks] [fuzz] [simulate]
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const file = join(root, 'docs', 'reliability.md')

const proofs = {
  stores: {
    title: 'Many stores',
    args: [],
    about: `200 stores, each with its own secret and quota, on one deployment: the built functions in the embedded stack, with the
real windows of a minute, time-outs and delays. 20 of them fail for ever: throttled, down, hanging, cut off, answering HTML, with
a token that is refused, without a secret or with a malformed one. Measured is from the first message sent until the last request
of the 180 others had its outcome. \`test/stores/many-stores.test.ts\` proves the same on virtual time at the published quota, and
that it would not hold if the engine did not leave alone who does not answer.`,
  },
  soak: {
    title: 'Soak',
    args: ['--minutes', '10'],
    about: `Requests without a pause through the embedded stack, faults on a tenth of the API's calls, secrets that expire. Each container
tells what it holds after a full collection; compared are the medians of the first and the last third after the warm-up, of the
container that grew most. At the end the ledger is held against what the stores saw.`,
  },
  webhooks: {
    title: 'Webhooks',
    args: [],
    about: `Ten thousand webhooks over HTTP at the embedded stack's Function URL: changes that crowd on a few orders, a third of them
repeats at once or later, 1 in 50 forged, replayed after ten minutes or malformed. In the middle the operations queue takes nothing for a
minute. Judged by the store's own books. \`test/webhooks/ten-thousand.test.ts\` drives the same on virtual time, with late repeats and crashes.`,
  },
  fuzz: {
    title: 'Fuzz',
    args: ['--runs', '100000'],
    about: 'Texts that no producer would send, at every edge that reads one.',
  },
  simulate: {
    title: 'Simulation',
    args: ['--seeds', '20000'],
    about:
      'The engine on virtual time under every kind of fault and crash, judged against what the store saw.',
  },
}

// The names come first; what follows is for their commands, in place of what they are given otherwise.
const words = process.argv.slice(2)
const firstOption = words.findIndex(word => word.startsWith('--'))
const asked = firstOption < 0 ? words : words.slice(0, firstOption)
const options = firstOption < 0 ? [] : words.slice(firstOption)
const unknown = asked.filter(name => !(name in proofs))
if (unknown.length > 0) {
  console.error(`reliability: there is no ${unknown.join(', ')}; there are ${Object.keys(proofs).join(', ')}`)
  process.exit(2)
}
let failed = 0
for (const name of asked.length > 0 ? asked : Object.keys(proofs)) {
  const args = options.length > 0 ? options : proofs[name].args
  const { code, text } = await run(name, args)
  if (code !== 0) failed += 1
  write(name, section(name, args, code, text))
}
process.exitCode = failed === 0 ? 0 : 1

function run(name, args) {
  return new Promise(done => {
    const child = spawn(process.execPath, [join(root, 'scripts', `${name}.mjs`), ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let text = ''
    child.stdout.on('data', part => {
      text += part
      process.stdout.write(part)
    })
    child.on('close', code => done({ code: code ?? 1, text }))
  })
}

function section(name, args, code, text) {
  const { title, about } = proofs[name]
  const command = ['npm run', name, ...(args.length > 0 ? ['--', ...args] : [])].join(' ')
  const date = new Date().toISOString().slice(0, 16).replace('T', ' ')
  const machine = `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, Node.js ${process.version}`
  const facts = `\`${command}\`, commit ${commit()}, ${date} UTC, ${machine}, exit code ${code}:`
  return `## ${title}\n\n${about}\n\n${facts}\n\n\`\`\`\n${text.trim()}\n\`\`\`\n`
}

/** Where the work tree differs from the commit, the figures are not of the commit, and say so. */
function commit() {
  const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim()
  const changed = git(
    'status',
    '--porcelain',
    '--untracked-files=no',
    '--',
    'lib',
    'functions',
    'serverless.yml',
  )
  return `${git('rev-parse', '--short', 'HEAD')}${changed === '' ? '' : ' with changes'}`
}

/** Each proof has its own part of the document; the others stay as their last run left them. */
function write(name, text) {
  const known = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const parts = Object.keys(proofs).flatMap(other => {
    const found = new RegExp(`<!-- ${other} -->\\n([^]*?)<!-- end of ${other} -->`).exec(known)?.[1]
    const part = other === name ? text : found
    return part === undefined ? [] : [`<!-- ${other} -->\n${part}<!-- end of ${other} -->\n`]
  })
  const head = `# Reliability

Written by \`npm run reliability\`, each part as its command printed it. Nothing here is typed by hand: to change it, run it again.
`
  writeFileSync(`${file}.new`, [head, ...parts].join('\n'))
  renameSync(`${file}.new`, file)
}
