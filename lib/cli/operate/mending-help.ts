import type { Command } from 'commander'
import { withCommon } from './operate-help.js'

const where = `
Where it works: at what is named payops-<stage>-..., with the AWS credentials
and the region of this shell; what the environment names comes first, as
npm start -- --watch prints it.
`

/** The flags and the help of `resolve`. */
export const describeResolve = (command: Command): Command =>
  withCommon(command, 'resolve --help')
    .summary('settle a doubt by your word')
    .description('Settles a request in doubt that no look could settle, by what a person knows.')
    .argument('<requestId>', 'the key of the request')
    .requiredOption('--as <done|not-done>', 'whether the write was executed')
    .requiredOption('--by <name>', 'who says so')
    .requiredOption('--reason <text>', 'how you know')
    .option('--store <hash>', 'only this store')
    .option('--payment <id>', 'of a create that is done: the payment that it made')
    .addHelpText(
      'after',
      `
Look first: what the store, the bank or the order shows. Done: the request ends
as succeeded and is never sent again. Not done: it ends as failed, and a redrive
of its dead letter executes it. The word cannot be taken back. Who, why and when
are kept (payops history). Run again after an interruption, it completes.
${where}
Exit code: 0 when it is resolved; 1 when it is not known, not in doubt, or
answered otherwise before, or AWS did not answer; 2 for wrong usage.

Examples:
  npx payops resolve erp-4711 --as done --by Ada --reason "seen in invoice 12"
  npx payops resolve erp-4712 --as not-done --by Ada --reason "never applied"
`,
    )

/** The flags and the help of `secrets set`. */
export const describeSetSecret = (command: Command): Command =>
  withCommon(command, 'secrets set --help')
    .summary("store a store's token")
    .description("Stores a store's token in Secrets Manager, once the API has taken it.")
    .argument('<store>', 'the store hash')
    .option('--auth-token', 'it is an old token (authToken), not an access token')
    .option(
      '--webhook-secret',
      "it signs the store's webhooks: the client secret of\nthe token's API account; not checked",
    )
    .option(
      '--webhook-header',
      'it is the value of the header x-payops-webhook, which\nwebhooks then must carry; not checked',
    )
    .option('--no-check', 'store it without asking the API')
    // What is mistyped here may be a token.
    .configureOutput({
      // To the last quotation mark, as a token may hold one; of what is quoted, our own flags alone are shown.
      outputError: (text, write) =>
        write(
          text.replace(/'(.*)'/s, (quoted, inner) =>
            command.options.some(({ flags }) => flags === inner) ? quoted : "'…'",
          ),
        ),
    })
    .addHelpText(
      'after',
      `
The token is asked for without echo, or read from stdin in a pipe; never give it
on the command line, where other users and your shell's history see it. It is
checked with one cheap read, then stored as a new version; what else the secret
holds is kept. Functions read it within CREDENTIALS_TTL_SECONDS, and at once
after a refusal. After a new header run payops webhooks create: until the
store's webhooks carry it they are refused, and come again later.
${where}
Exit code: 0 when it is stored; 1 when the API refused it or could not be
asked, or AWS did not answer; 2 for wrong usage.

Examples:
  npx payops secrets set abc123 --stage prod
  npx payops secrets set abc123 --webhook-secret --stage prod
  pass show b2b/abc123 | npx payops secrets set abc123
`,
    )

/** The flags and the help of `secrets check`. */
export const describeCheckSecrets = (command: Command): Command =>
  withCommon(command, 'secrets check --help')
    .summary("try the stores' tokens")
    .description("Reads stores' secrets and asks the API with each, by one cheap read.")
    .argument('[store...]', 'store hashes')
    .option('--all', 'every store that has a secret')
    .addHelpText(
      'after',
      `
Changes nothing and prints nothing of a secret; says whether it holds what the
store's webhooks are verified with (payops webhooks check asks the store).
${where}
Exit code: 0 when all work; 1 when one does not, or could not be tried; 2 for
wrong usage.

Examples:
  npx payops secrets check abc123 --stage prod
  npx payops secrets check --all --json | jq '.[] | select(.verdict != "works")'
`,
    )

/** The flags and the help of `quota`. */
export const describeQuota = (command: Command): Command =>
  withCommon(command, 'quota --help')
    .summary('what each store has left')
    .description('What is left of the quota of each store, by one cheap read.')
    .option('--store <hash>', 'only this store')
    .addHelpText(
      'after',
      `
The quota is the store's, shared by all of its integrations; the read takes one
call of it. Without --store: the store of DEFAULT_STORE_HASH, else every store
that has a secret.
${where}
Exit code: 0 when every store was read; 1 when one was not, or AWS did not
answer; 2 for wrong usage.

Examples:
  npx payops quota --stage prod
  npx payops quota --store abc123 --json
`,
    )
