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
      `
What people did by hand stands beside it, in order of time: edited and discarded
dead letters with their bodies, doubts that were resolved.
${where}${whichStores}
Exit code: 0 when something was asked; 1 when nothing was, or AWS did not
answer; 2 for wrong usage.

Examples:
  npx payops history 117 --stage prod
  npx payops history 117 --store abc123 --json
`,
    )

export const withCommon = (command: Command, help: string): Command =>
  command
    .option('--json', 'print JSON')
    .option('--stage <stage>', 'the deployed stage (default: dev)')
    .showHelpAfterError(`npx payops ${help} says what there is.`)
