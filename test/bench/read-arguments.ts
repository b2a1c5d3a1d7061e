import { parseArgs } from 'node:util'

const parts = ['contenders', 'growth', 'door', 'quota'] as const

export type BenchArguments = {
  rounds: number
  messages: number
  out: string
  full: boolean
  check: boolean
  only: (typeof parts)[number] | undefined
  help: boolean
}

export const usage = `Usage: npm run bench -- [options]

  --rounds <n>    how often each contender is measured (default 7)
  --messages <n>  messages of the steady part (default 3000)
  --full          growth up to 100,000 messages (default: up to 10,000)
  --only <part>   contenders, growth, door or quota; says what it found and writes no document
  --out <file>    the document (default docs/performance.md)
  --check         exit with 1 when a promise is missed (ratios and counts)
  --help          this text

Exit code: 0, or 1 when something failed, or 2 for wrong usage.`

/** Throws with a sentence for the user when something is not as the usage says. */
export function readArguments(args: string[]): BenchArguments {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean', default: false } as const
  const { values } = parseArgs({
    args,
    options: {
      rounds: { ...text, default: '7' },
      messages: { ...text, default: '3000' },
      full: flag,
      only: text,
      out: { ...text, default: 'docs/performance.md' },
      check: flag,
      help: flag,
    },
  })
  const { full, check, help, out } = values
  const rounds = readCount('rounds', values.rounds)
  const messages = readCount('messages', values.messages)
  return { full, check, help, out, rounds, messages, only: readPart(values.only) }
}

function readCount(name: string, text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new Error(`--${name} takes a whole number from 1, not "${text}"`)
  return Number(text)
}

function readPart(part: string | undefined): BenchArguments['only'] {
  const known = parts.find(name => name === part)
  if (part === undefined || known !== undefined) return known
  throw new Error(`--only takes contenders, growth, door or quota, not "${part}"`)
}
