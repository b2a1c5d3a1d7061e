import type { Command } from 'commander'

const details = `
A file holds one request a line, the same JSON as everywhere:
  {"paymentId": 117, "operationCode": 0}
  {"requestId": "erp-1", "storeHash": "luma7x2", "type": "deletePayment",
   "paymentId": 118}                                        (on one line)
Empty lines are passed over. A line with a requestId is carried out once,
however often it comes. A line without one is known by its content: two such
lines that are the same, or the same file again, are one request.

With the example requests an order changes in the sandbox as well: its store
tells the stack by a webhook, and the summary says how its payment followed.

Run the same command again at any time, after kill -9 as well: what is done is
not done a second time. What a run keeps lies under .payops/: the ledger, the
sandbox's store, the dead letters and the functions' log; each setting of
--faults and each --api store has its own.

Exit code: 0 when every request reached its outcome and the proof holds (a
request that is refused has reached its outcome); 1 when not, or when there is
nothing to do; 2 for wrong usage; 130 when it was interrupted.

Examples (behind npm start, options come after --):
  npm start                              the example requests, on the sandbox
  npm start -- --file requests.jsonl     your own, on the sandbox
  npm start -- --faults 0.3 --seed 7     three of ten calls go wrong
  npm start -- --fresh                   forget the sandbox and its ledger first
  npm start -- --watch                   stay up for the AWS CLI and npx payops
  npm start -- --api https://api-b2b.bigcommerce.com/api/v3/io/ip \\
    --store abc123 --file requests.jsonl
                                  the real store; its token in B2B_ACCESS_TOKEN
`

/** The flags and the help of `start`. */
export function describeStart(command: Command): Command {
  return command
    .summary('carry out a file of requests on this machine')
    .description(
      'Feeds a file of payment operation requests through the operations queue of an\n' +
        'embedded stack, carries them out, and ends with a table and the proof that each\n' +
        'was done exactly once.',
    )
    .option('--file <jsonl>', 'the requests, one a line (default: examples/requests.jsonl)')
    .option(
      '--watch',
      'stay up afterwards, print the endpoints and the outcomes; without --file no file is fed',
    )
    .option('--faults <rate>', 'share of the sandbox calls that go wrong, 0 to 1')
    .option('--seed <n>', 'which faults: the same seed, the same faults (default: 1)')
    .option('--fresh', 'forget what the sandbox and its ledger know first; not with --api')
    .option(
      '--api <url>',
      'the real API instead of the sandbox; https only. Needs --store, --file and B2B_ACCESS_TOKEN',
    )
    .option('--store <hash>', 'the store that --api carries out the requests of')
    .option('--directory <path>', 'where runs keep what they know (default: .payops)')
    .showHelpAfterError('npm start -- --help says what there is. There, options come after --.')
    .addHelpText('after', details)
}
