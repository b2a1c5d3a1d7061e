import type { Command } from 'commander'
import { withCommon } from './operate-help.js'

const where = `
Where it looks: at what is named payops-<stage>-..., with the AWS credentials
and the region of this shell; what the environment names comes first, as
npm start -- --watch prints it. Both dead-letter queues: operations, and events
that reached nobody.
`
const howItLooks = `
Store webhooks that could not be followed up are in it as well. Reads only;
messages are hidden from others for a moment. A look shows 1,000
messages of a queue, and of one group the first ten. A message that names no
store is read with the functions' DEFAULT_STORE_HASH.
`

/** The help of `dlq`. */
export const describeDeadLetters = (command: Command): Command =>
  command.description('The dead-letter queues, explained by the ledger.').addHelpText(
    'after',
    `
Examples:
  npx payops dlq list --stage prod
  npx payops dlq redrive --reason RETRIES_EXHAUSTED --dry-run --stage prod
  npx payops dlq redrive --help
`,
  )

/** The flags and the help of `dlq list`. */
export const describeListLetters = (command: Command): Command =>
  withFilters(withCommon(command, 'dlq list --help'))
    .summary('every message, and what it means')
    .description('Explains each message of the dead-letter queues by its entry in the ledger.')
    .addHelpText(
      'after',
      `${where}${howItLooks}
Exit code: 0 when the queues were read, also when nothing matches; 1 when AWS
did not answer; 2 for wrong usage.

Examples:
  npx payops dlq list --stage prod
  npx payops dlq list --reason IN_DOUBT --older 2h
  npx payops dlq list --json | jq '.[] | select(.meaning == "done")'
`,
    )

/** The flags and the help of `dlq show`. */
export const describeShowLetter = (command: Command): Command =>
  withCommon(command, 'dlq show --help')
    .summary('all of one message')
    .description('One message: what it means, its attributes, its body, its ledger entry.')
    .argument('<messageId>', 'the id that dlq list prints')
    .addHelpText(
      'after',
      `${where}
Reads only.

Exit code: 0 when it is there; 1 when it is not, or AWS did not answer; 2 for
wrong usage.

Example:
  npx payops dlq show 6d1f0c5e-2f0b-4a57-9a55-0d3d6f1f2a11 --stage prod
`,
    )

/** The flags and the help of `dlq export`. */
export const describeExportLetters = (command: Command): Command =>
  withFilters(withCommon(command, 'dlq export --help'))
    .summary('messages as lines of JSON')
    .description('A line of JSON for each message, complete: body, attributes, meaning, ledger.')
    .argument('[messageIds...]', 'only these')
    .option('--out <file>', 'to a new file instead of stdout')
    .option('--requests', 'only the requests, for payops submit')
    .addHelpText(
      'after',
      `${where}${howItLooks}
With --requests each line is a request with its key and store filled in, so that
sending it again is a repeat of the same request, never a second one.

Exit code: 0 when all was exported; 1 when a message is no valid request
(--requests), or AWS did not answer; 2 for wrong usage.

Examples:
  npx payops dlq export --reason INVALID_REQUEST --out invalid.jsonl
  npx payops dlq export --store abc123 --requests
`,
    )

/** The filters that the commands have in common; `code`: what the one by error code is called. */
export const withFilters = (command: Command, code = '--reason'): Command =>
  command
    .option(`${code} <code>`, 'only this error code; none: not moved by payops')
    .option(
      '--meaning <word>',
      'only this: done, neverAttempted, notExecuted, inDoubt,\nunderWay or rejected',
    )
    .option('--queue <name>', 'only this queue: operations or events')
    .option('--store <hash>', 'only this store')
    .option('--payment <id>', 'only this payment')
    .option('--older <age>', 'only what failed longer ago, such as 90m or 2h')
    .option('--newer <age>', 'only what failed since, such as 90m or 2h')
