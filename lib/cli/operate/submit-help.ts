import type { Command } from 'commander'

/** The flags and the help of `submit`. */
export const describeSubmit = (command: Command): Command =>
  command
    .summary('send a request, or a file of them')
    .description('Puts requests on the operations queue, or says what would become of them.')
    .argument('<requests>', 'a request as JSON, a file of one or one a line, - for stdin')
    .option('--dry-run', 'ask the ledger and the API what would happen; send nothing')
    .option('--wait', 'wait until the ledger has the end of each')
    .option('--limit <age>', 'how long to wait at most, such as 90s or 10m', '10m')
    .option('--skip-invalid', 'send the valid ones where others are not')
    .option('--store <hash>', 'for requests that name no store')
    .option('--json', 'print JSON')
    .option('--stage <stage>', 'the deployed stage (default: dev)')
    .showHelpAfterError('npx payops submit --help says what there is.')
    .addHelpText(
      'after',
      `
Every request is checked first; where one is not valid, nothing is sent. They go
out one after the other, and those on one payment keep their order. A request
without a requestId gets a key, which is printed: with it, sending again is a
repeat and executes nothing; without it, it would be executed again. A line of
dlq export is read as the request in it.

Where it works: at what is named payops-<stage>-..., with the AWS credentials
and the region of this shell; what the environment names comes first, as
npm start -- --watch prints it.

Exit code: 0 when all were sent, with --wait when all succeeded, with --dry-run
when all would; 1 when not, or AWS did not answer; 2 for wrong usage.

Examples:
  npx payops submit '{"storeHash": "abc123", "paymentId": 117,
    "operationCode": 0}' --dry-run
  npx payops submit november.jsonl --store abc123 --wait --stage prod
  jq -c '.[]' list.json | npx payops submit - --json
`,
    )
