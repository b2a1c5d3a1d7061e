import type { Command } from 'commander'

const where = `
Reads only; nothing is changed. Where it looks: at what is named
payops-<stage>-..., with the AWS credentials and the region of this shell; what
the environment names comes first, as npm start -- --watch prints it.
`
const whichStores = `
Without --store: the store of DEFAULT_STORE_HASH, else every store that has a
secret.
`

/** The flags and the help of `status`. */
export const describeStatus = (command: Command): Command =>
  withCommon(command, 'status --help')
    .summary('what became of one request')
    .description('What the ledger knows of one request: state, attempts, times, evidence.')
    .argument('<requestId>', 'the key of the request')
    .option('--store <hash>', 'only this store')
    .addHelpText(
      'after',
      `${where}${whichStores}
Exit code: 0 when it is known; 1 when it is not in the ledger, or AWS did not
answer; 2 for wrong usage.

Examples:
  npx payops status erp-4711 --stage prod
  npx payops status erp-4711 --store abc123 --json | jq '.[].state'
`,
    )

/** The flags and the help of `history`. */
export const describeHistory = (command: Command): Command =>
  withCommon(command, 'history --help')
    .summary('everything that was asked of one payment')
    .description('What was done to a payment, when, by which request, with what evidence.')
    .argument('<paymentId>', 'the payment, such as 117')
    .option('--store <hash>', 'only this store')
    .addHelpText(
      'after',
      `${where}${whichStores}
Exit code: 0 when something was asked; 1 when nothing was, or AWS did not
answer; 2 for wrong usage.

Examples:
  npx payops history 117 --stage prod
  npx payops history 117 --store abc123 --json
`,
    )

/** The flags and the help of `dlq list`. */
export const describeListDeadLetters = (command: Command): Command =>
  withCommon(command, 'dlq list --help')
    .summary('every message, and what it means')
    .description('Explains each message of the dead-letter queue by its entry in the ledger.')
    .option('--reason <code>', 'only this error code; none: moved by SQS itself')
    .option('--store <hash>', 'only this store')
    .option('--payment <id>', 'only this payment')
    .option('--older <age>', 'only what failed longer ago, such as 90m or 2h')
    .addHelpText(
      'after',
      `${where}Messages are shown again after the look; for a moment they are hidden from
others. A look shows 1,000 messages, and of one group the first ten. A message
that names no store is read with DEFAULT_STORE_HASH.

Exit code: 0 when the queue was read, also when nothing matches; 1 when AWS did
not answer; 2 for wrong usage.

Examples:
  npx payops dlq list --stage prod
  npx payops dlq list --reason IN_DOUBT --older 2h
  npx payops dlq list --json | jq '.[] | select(.meaning == "done")'
`,
    )

/** The flags and the help of `dlq show`. */
export const describeShowDeadLetter = (command: Command): Command =>
  withCommon(command, 'dlq show --help')
    .summary('all of one message')
    .description('One message: what it means, its attributes, its body, its ledger entry.')
    .argument('<messageId>', 'the id that dlq list prints')
    .addHelpText(
      'after',
      `${where}
Exit code: 0 when it is there; 1 when it is not, or AWS did not answer; 2 for
wrong usage.

Example:
  npx payops dlq show 6d1f0c5e-2f0b-4a57-9a55-0d3d6f1f2a11 --stage prod
`,
    )

const withCommon = (command: Command, help: string): Command =>
  command
    .option('--json', 'print JSON')
    .option('--stage <stage>', 'the deployed stage (default: dev)')
    .showHelpAfterError(`npx payops ${help} says what there is.`)
