import type { Command } from 'commander'
import { withFilters } from './letter-help.js'
import { withCommon } from './operate-help.js'

/** The flags and the help of `dlq redrive`. */
export const describeRedrive = (command: Command): Command =>
  withFilters(withCommon(command, 'dlq redrive --help'))
    .summary('send messages back to their queue')
    .description('Sends dead letters back to where they came from, each group in its order.')
    .argument('[messageIds...]', 'only these')
    .option('--all', 'every message; needed where no id and no filter says which')
    .option('--rate <n>', 'messages a second at most (default: 10)')
    .option('--dry-run', 'touch nothing, say what would be done')
    .addHelpText(
      'after',
      `
Done already, or under way: left. In doubt: only if a look at the store, made
now, settles it; else payops resolve. Rejected: only when named by --reason or
by its id; invalid and conflicting ones only after payops dlq edit. Each message
is removed once SQS has taken it; killed in between, run it again: the ledger
carries out each request once, however many copies there are. A store's webhook
goes back to the webhooks' own queue: its order is looked at again.

Exit code: 0 when all that was meant was redriven or needs none; 1 when some
was refused or failed, an id is not there, or AWS did not answer; 2 for wrong
usage.

Examples:
  npx payops dlq redrive --reason RETRIES_EXHAUSTED --dry-run --stage prod
  npx payops dlq redrive --reason RETRIES_EXHAUSTED --rate 5 --stage prod
  npx payops dlq redrive --meaning neverAttempted --payment 117
`,
    )

/** The flags and the help of `dlq edit`. */
export const describeEditLetter = (command: Command): Command =>
  withCommon(command, 'dlq edit --help')
    .summary('correct the body of a message')
    .description('Puts a new body in the place of a dead letter; the original is kept.')
    .argument('<messageId>', 'the id that dlq list prints')
    .option('--body <json>', 'the new body')
    .option('--body-file <file>', 'the new body, from a file')
    .requiredOption('--by <name>', 'who changes it')
    .requiredOption('--reason <text>', 'why')
    .addHelpText(
      'after',
      `
The new body must be a valid request. Where nothing was carried out under the
old requestId, it keeps that requestId; where the request failed, it needs one
of its own. What took effect, or may have, is not edited. Original, name and
reason are kept (payops history). The message is then the last of its group.
Nothing is sent before a redrive. A store's webhook is no request, and not
edited.

Exit code: 0 when it is edited; 1 when it may not be, is not there, or AWS did
not answer; 2 for wrong usage.

Example:
  npx payops dlq edit 6d1f0c5e-2f0b-4a57-9a55-0d3d6f1f2a11 --by Ada \\
    --reason "typo of the ERP" --body '{"paymentId":117,"operationCode":0}'
`,
    )

/** The flags and the help of `dlq discard`. */
export const describeDiscard = (command: Command): Command =>
  withFilters(withCommon(command, 'dlq discard --help'), '--code')
    .summary('throw messages away, on record')
    .description('Removes dead letters for good; body, name and reason are kept.')
    .argument('[messageIds...]', 'only these')
    .requiredOption('--by <name>', 'who throws them away')
    .requiredOption('--reason <text>', 'why')
    .option('--all', 'every message; needed where no id and no filter says which')
    .option('--even-undone', 'also what did not take effect')
    .option('--dry-run', 'touch nothing, say what would be done')
    .addHelpText(
      'after',
      `
Without --even-undone only what is done already. What is in doubt or under way
is never discarded: settle it first (payops resolve). What was discarded stays
on record with its body for 90 days (payops history).

Exit code: 0 when all that was meant is discarded; 1 when some was refused or
failed, an id is not there, or AWS did not answer; 2 for wrong usage.

Examples:
  npx payops dlq discard --meaning done --by Ada --reason "done already"
  npx payops dlq discard --code INVALID_REQUEST --even-undone --by Ada \\
    --reason "sent anew by the ERP"
`,
    )
