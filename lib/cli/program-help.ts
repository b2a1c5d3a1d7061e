import type { Command } from 'commander'

const details = `
Which stage, and where it is: --stage, with the AWS credentials and the region
of this shell; or, on this machine, what npm start -- --watch prints to paste.
Every command but start has --json.

Exit code: 0 done; 1 something was found or failed; 2 wrong usage.

Examples:
  npx payops doctor --stage prod             is all well, and what comes next
  npx payops dlq list --stage prod           what the dead letters mean
  npx payops history 117 --stage prod        what happened to payment 117
  npx payops dlq redrive --help              all of one command
`

/** What there is: each command in a line, and where to begin. */
export const describeProgram = (program: Command): Command =>
  program
    .name('payops')
    .usage('<command> [options]')
    .description('Carries out payment operations on BigCommerce B2B Edition.')
    .configureHelp({ subcommandTerm: command => command.name() })
    .addHelpText('after', details)

/** `dlq list`, of the words that were typed: as many as name a command. */
export function namedCommand(program: Command, words: string[]): string {
  const [first, ...rest] = words
  const command = program.commands.find(one => one.name() === first)
  return command === undefined ? '' : `${command.name()} ${namedCommand(command, rest)}`.trim()
}
