import type { Command } from 'commander'

const details = `
Without --apply nothing at all is changed: not a store, not the ledger, not a
queue. With it payops does what the rules allow, and nothing else. The rules are
the variable RECONCILE_RULES, the same as of the scheduled function: for each
finding report (the default), enqueue or settle.
  RECONCILE_RULES='{"completedNotApplied":"enqueue","doubtSettled":"settle"}'

Where it looks: at what is named payops-<stage>-..., with the AWS credentials
and the region of this shell. What the environment names comes first, as
npm start -- --watch prints it: AWS_ENDPOINT_URL_*, OPERATIONS_QUEUE_URL,
DEAD_LETTER_QUEUE_URL, LEDGER_TABLE_NAME, EVENT_BUS_NAME, B2B_API_BASE_URL.
It keeps to RECONCILE_QUOTA_SHARE of a store's quota, so that 10,000 payments
take a minute or two.

Exit code: 0 when nothing was found; 1 when something was; 3 when a store, or
AWS itself, could not be reached or not be looked at to the end, whatever was
found elsewhere; 2 for wrong usage.

Examples:
  npx payops reconcile --stage prod               look, and change nothing
  npx payops reconcile --store abc123 --full      one store, all of its payments
  npx payops reconcile --csv f.csv --html f.html  for finance, and for a browser
  npx payops reconcile --json | jq '.stores[].findings[]'
  npx payops reconcile --apply --out f.ndjson     do what the rules allow
`

/** The flags and the help of `reconcile`. */
export function describeReconcile(command: Command): Command {
  return command
    .summary('compare what the stores say with what was asked and done')
    .description(
      'Compares each store’s payments with the ledger and the dead-letter queue, and\n' +
        'reports every difference with its evidence. A dry run by default.',
    )
    .option('--store <hash>', 'only this store; may be given several times', collect)
    .option('--apply', 'do what the rules allow; without it nothing is changed')
    .option('--full', 'all payments, not only those changed since the last pass')
    .option('--out <file>', 'the findings as NDJSON, one a line')
    .option('--csv <file>', 'the findings as CSV')
    .option('--html <file>', 'the report as one HTML page')
    .option('--json', 'print the whole report as JSON instead of the table')
    .option('--stage <stage>', 'the deployed stage (default: dev)')
    .showHelpAfterError('npx payops reconcile --help says what there is.')
    .addHelpText('after', details)
}

const collect = (value: string, before: string[] = []): string[] => [...before, value]
