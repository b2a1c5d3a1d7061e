#!/usr/bin/env node
import { Command, CommanderError } from 'commander'
import { systemClock, systemRandom } from '../adapters/system.js'
import { type StartDeps, start } from './commands/start.js'
import type { OperateDeps } from './operate/open-app.js'
import { describeProgram, namedCommand } from './program-help.js'
import { registerDeadLetters } from './register/dead-letter-commands.js'
import { registerDoctor } from './register/doctor-commands.js'
import { registerMending } from './register/mending-commands.js'
import { registerReading } from './register/read-commands.js'
import type { Run } from './register/register.js'
import { registerWebhooks } from './register/webhook-commands.js'
import { DirectoryInUse } from './start/run-directory.js'
import { describeStart } from './start/start-help.js'
import type { StartOptions } from './start/start-settings.js'
import { WrongUsage } from './wrong-usage.js'

/** Lists the commands and turns their end into an exit code: 0 done, 1 found or failed, 2 wrong usage, 3 not reached, 130 interrupted. */
async function main(argv: string[]): Promise<number> {
  let exitCode = 0
  const program = describeProgram(new Command())
    .exitOverride()
    // An option may be typed with its value, and the value may be a secret that does not belong there.
    .configureOutput({ outputError: (text, write) => write(text.replaceAll(/(--?[\w-]+)=[^\s']*/g, '$1=…')) })
  describeStart(program.command('start')).action(async (options: StartOptions) => {
    exitCode = await start(options, createDeps())
  })
  const run: Run = async work => {
    exitCode = await work(createOperateDeps())
  }
  for (const register of [
    registerReading,
    registerDeadLetters,
    registerMending,
    registerWebhooks,
    registerDoctor,
  ])
    register(program, run)
  try {
    await program.parseAsync(argv)
    return exitCode
  } catch (error) {
    // The one place where a command's failure becomes words and an exit code.
    return reportFailure(error, whereHelpIs(program, argv))
  }
}

function createDeps(): StartDeps {
  const interrupt = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupt.abort())
  return {
    env: process.env,
    clock: systemClock,
    random: systemRandom,
    isLive: isLive(),
    print: printTolerantly(),
    signal: interrupt.signal,
  }
}

/** Ctrl-C ends it at once: whatever a command does may be killed at any moment, and the next one goes on from there. */
function createOperateDeps(): OperateDeps {
  return {
    env: process.env,
    clock: systemClock,
    random: systemRandom,
    isLive: isLive(),
    print: printTolerantly(),
    printError: line => process.stderr.write(`${line}\n`),
  }
}

const isLive = (): boolean => process.stdout.isTTY === true && !process.env['CI']

/** A reader that has seen enough (npm start | head) does not end the run. */
function printTolerantly(): (line: string) => void {
  process.stdout.on('error', ignoreClosedPipe)
  return line => process.stdout.write(`${line}\n`)
}

function ignoreClosedPipe(error: Error): void {
  if (!('code' in error) || error.code !== 'EPIPE') throw error
}

const whereHelpIs = (program: Command, argv: string[]): string => {
  const command = namedCommand(program, argv.slice(2))
  return `${command === 'start' ? 'npm start --' : `npx payops ${command}`} --help says what there is.`
}

function reportFailure(error: unknown, whereToLook: string): number {
  // The last place: whatever a command threw becomes a message and an exit code. Commander has printed its own by now.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  if (error instanceof WrongUsage) {
    process.stderr.write(`${error.message}\n${whereToLook}\n`)
    return 2
  }
  process.stderr.write(
    `payops: ${error instanceof Error ? (error instanceof DirectoryInUse ? error.message : (error.stack ?? error.message)) : String(error)}\n`,
  )
  return 1
}

const exitCode = await main(process.argv)
// Whatever a failed command left open must not keep the terminal; what it printed goes out first.
process.stdout.write('', () => process.exit(exitCode))
