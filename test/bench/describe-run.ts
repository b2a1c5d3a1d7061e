import { execFileSync } from 'node:child_process'
import { cpus, totalmem } from 'node:os'
import { systemClock } from '../../lib/adapters/system.js'
import type { BenchResult } from './bench-result.js'

export const describeRun = (args: string[]): BenchResult['run'] => ({
  command: ['npm run bench', ...(args.length > 0 ? ['--', ...args] : [])].join(' '),
  commit: readCommit(),
  date: `${new Date(systemClock.now()).toISOString().slice(0, 16).replace('T', ' ')} UTC`,
  node: process.version,
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryGb: Math.round(totalmem() / 2 ** 30),
})

function readCommit(): string {
  try {
    const flags = ['describe', '--always', '--dirty=, with changes not committed yet']
    return execFileSync('git', flags, { encoding: 'utf8' }).trim()
  } catch {
    // Outside a checkout the document says so.
    return 'unknown'
  }
}
