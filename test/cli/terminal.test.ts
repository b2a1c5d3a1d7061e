import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { endAll } from '../support/endings.js'
import { findCommands } from '../support/find-commands.js'
import { describeWithTool } from '../support/find-tool.js'
import { type PlantedDeployment, startPlantedDeployment } from '../support/planted-deployment.js'
import { runNode } from '../support/run-command.js'
import { escapeByte, runInTerminal } from '../support/run-in-terminal.js'
import { aStuckStore } from '../support/stuck-store.js'

// Goal: every command can be read in a terminal of 80 columns, steers none through a pipe, and answers wrong usage with the
// right one. Method: the commands are the program's own, found in its help, so that a new one is under test at once.

const payops = 'dist/cli/payops.mjs'
let commands: string[][] = []
let deployment: PlantedDeployment

const tooWide = (text: string | string[]): string[] =>
  (typeof text === 'string' ? text.split('\n') : text).filter(line => line.length > 80)

/** What each prints where there is something to print; a person's questions and answers have tests of their own. */
const samples: Record<string, string[][]> = {
  doctor: [[], ['--json']],
  'dlq discard': [['--all', '--dry-run', '--by', 'Ann', '--reason', 'a test']],
  'dlq edit': [['no-such-message', '--body', '{"paymentId":1}', '--by', 'Ann', '--reason', 'a test']],
  'dlq export': [[]],
  'dlq list': [[], ['--json']],
  'dlq redrive': [['--all', '--dry-run']],
  'dlq show': [['no-such-message']],
  history: [['101'], ['999'], ['101', '--json']],
  quota: [[], ['--json']],
  reconcile: [['--dry-run']],
  resolve: [['erp-999', '--as', 'done', '--by', 'Ann', '--reason', 'a test', '--store', 'luma7x2']],
  'secrets check': [['--all'], ['luma7x2', '--json']],
  'secrets set': [],
  start: [[]],
  status: [['erp-104'], ['erp-999'], ['erp-104', '--json']],
  submit: [['{"paymentId":101,"operationCode":2}', '--dry-run'], ['{"paymentId":101,"operatonCode":2}']],
  'webhooks check': [['luma7x2'], ['luma7x2', '--dry-run', '--json']],
  'webhooks create': [['luma7x2', '--dry-run'], ['luma7x2'], ['luma7x2', '--json']],
  'webhooks list': [['luma7x2'], ['luma7x2', '--all', '--json']],
}

let directory: string

/** `where` keeps two runs at a time apart. */
const toArgv = ({ command, argv }: Sample, where: string): string[] => [
  payops,
  ...command.split(' '),
  ...argv,
  ...(command === 'start'
    ? ['--file', join(directory, 'requests.jsonl'), '--directory', join(directory, where)]
    : []),
]

type Sample = { command: string; argv: string[] }
const eachSample = (): Sample[] =>
  Object.entries(samples).flatMap(([command, all]) => all.map(argv => ({ command, argv })))

/** A process each: a few side by side, for the list is long. */
async function forEach<T>(all: T[], check: (one: T) => Promise<void>): Promise<void> {
  for (let from = 0; from < all.length; from += 3) await Promise.all(all.slice(from, from + 3).map(check))
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'po-'))
  writeFileSync(join(directory, 'requests.jsonl'), '{"paymentId":117,"operationCode":0}\n{"paymentId":0}\n')
  const built = await runNode(['scripts/build.mjs', '--quiet'])
  if (built.code !== 0) throw new Error(built.stderr)
  commands = await findCommands(payops)
  const store = aStuckStore()
  const seed = { ...store.seed, webhookSecret: 'the-client-secret' }
  deployment = await startPlantedDeployment([{ ...store, seed }])
})

afterAll(async () => {
  await endAll()
  rmSync(directory, { recursive: true, force: true })
})

describeWithTool('python3')('payops in a terminal of 80 columns', () => {
  it('lists all commands, one line each, and examples', async () => {
    const { code, lines } = await runInTerminal([payops, '--help'])
    expect(code).toBe(0)
    expect(tooWide(lines)).toEqual([])
    for (const name of new Set(commands.map(([first]) => first)))
      expect(lines.filter(line => line.startsWith(`  ${name} `))).toHaveLength(1)
    const [, list = ''] = /\nCommands:\n((?:.+\n)+)/.exec(lines.join('\n')) ?? []
    expect(list.split('\n').filter(line => /^ {4}/.test(line))).toEqual([])
    expect(lines).toContain('Examples:')
  })

  it('has a sample of each command', () => {
    expect(commands.map(words => words.join(' ')).sort()).toEqual(Object.keys(samples).sort())
  })

  it('explains each command and group within the width, with an example of it', async () => {
    const groups = commands.filter(words => words.length > 1).map(words => words.slice(0, -1))
    await forEach([...commands, ...groups], async words => {
      const { code, lines } = await runInTerminal([payops, ...words, '--help'])
      expect({ words, code, wide: tooWide(lines) }).toEqual({ words, code: 0, wide: [] })
      if (groups.includes(words)) return
      const example = words[0] === 'start' ? '  npm start' : `  npx payops ${words.join(' ')}`
      expect(lines.join('\n')).toContain('Example')
      expect(lines.some(line => line.startsWith(example))).toBe(true)
    })
  })
})

describeWithTool('python3')('payops', () => {
  it.each(eachSample())('prints $command $argv to a terminal and to a pipe', async sample => {
    const [shown, piped] = await Promise.all([
      runInTerminal(toArgv(sample, 't'), { ...deployment.env, NO_COLOR: '1' }),
      // Not CI: a pipe alone has to be enough.
      runNode(toArgv(sample, 'p'), { ...deployment.env, CI: '' }),
    ])
    expect(shown.raw).not.toMatch(new RegExp(`${escapeByte}\\[[\\d;]*m`))
    expect(shown.raw).not.toMatch(/\bat \S+ \(?\S+:\d+:\d+\)?/)
    expect(`${piped.stdout}${piped.stderr}`).not.toContain(escapeByte)
    if (sample.argv.includes('--json')) expect(() => JSON.parse(piped.stdout)).not.toThrow()
    // A letter's line as it was exported is one line.
    else if (sample.command !== 'dlq export')
      expect(tooWide([...shown.lines, ...piped.stdout.split('\n')])).toEqual([])
  })

  it('has help without a byte that steers', async () => {
    await forEach([[], ...commands], async words => {
      const { stdout } = await runNode([payops, ...words, '--help'], { CI: '' })
      expect(stdout).not.toContain(escapeByte)
    })
  })
})

describe('wrong usage of payops', () => {
  it('names what is there for each command', async () => {
    await forEach(commands, async words => {
      const { code, stdout, stderr } = await runNode([payops, ...words, '--no-such-option'])
      expect({ words, code, stdout }).toEqual({ words, code: 2, stdout: '' })
      expect(stderr).toMatch(/unknown option '(--no-such-option|…)|required option '--/)
      const help = words[0] === 'start' ? 'npm start -- --help' : `npx payops ${words.join(' ')} --help`
      expect(stderr).toContain(help)
      expect(tooWide(stderr)).toEqual([])
    })
  })

  it.each([
    ['an unknown command', ['stats'], 'Did you mean status?'],
    ['a misspelt verb', ['dlq', 'redrvie'], 'Did you mean redrive?'],
    ['a misspelt option', ['doctor', '--stag', 'prod'], 'Did you mean --stage?'],
    ['a missing argument', ['history'], "missing required argument 'paymentId'"],
    ['a store that cannot be', ['doctor', '--store', 'NO!'], '--store'],
    ['no command', [], 'Usage: payops <command> [options]'],
    ['a group without its verb', ['dlq'], 'Usage: payops dlq'],
  ])('says of %s what is right', async (_, argv, words) => {
    const { code, stdout, stderr } = await runNode([payops, ...argv])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(words)
    expect(tooWide(stderr)).toEqual([])
  })
})
