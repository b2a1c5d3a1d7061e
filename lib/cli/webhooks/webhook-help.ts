import type { Command } from 'commander'
import { withCommon } from '../operate/operate-help.js'

const where = `
Where it works: the store's own API (STORE_API_BASE_URL, else the public one),
with the access token of the store's secret. Where the store sends to: --url,
else WEBHOOK_URL of this shell, else what the deployed functions have; where
both are known they must be the same. Which events are wanted: WEBHOOK_RULES
of this shell, else theirs. Other people's webhooks are never touched.
`

/** The help of `webhooks`. */
export const describeWebhooks = (command: Command): Command =>
  command.description("The stores' webhooks to us: register, list and try them.").addHelpText(
    'after',
    `
Examples:
  npx payops webhooks create abc123 --stage prod
  npx payops webhooks check abc123 --stage prod
`,
  )

/** The flags and the help of `webhooks create`. */
export const describeCreateWebhooks = (command: Command): Command =>
  withCommon(command, 'webhooks create --help')
    .summary('register what a store lacks')
    .description('Registers the webhooks that a store has to send, as far as they are missing.')
    .argument('<store>', 'the store hash')
    .option('--url <url>', 'where the store sends to; https, port 443')
    .option('--dry-run', 'only say what would be done')
    .addHelpText(
      'after',
      `
Run again it changes nothing. One that is switched off is switched on, and given
the header of the store's secret where it lacks it. The secret must hold the
webhookSecret (payops secrets set --webhook-secret): without it every webhook
would be refused.
${where}
Exit code: 0 when all are there (or would be, with --dry-run); 1 when one could
not be registered, or the store or AWS did not answer; 2 for wrong usage.

Examples:
  npx payops webhooks create abc123 --stage prod
  npx payops webhooks create abc123 --url https://hooks.example.com/ --dry-run
`,
    )

/** The flags and the help of `webhooks list`. */
export const describeListWebhooks = (command: Command): Command =>
  withCommon(command, 'webhooks list --help')
    .summary('what is registered at a store')
    .description('The webhooks of a store that come to us: event, id, active or not.')
    .argument('<store>', 'the store hash')
    .option('--url <url>', 'those that go there')
    .option('--all', "other people's as well")
    .addHelpText(
      'after',
      `
Reads only. The value of a header is never shown.
${where}
Exit code: 0 when the list was read, also when nothing is in it; 1 when the
store or AWS did not answer; 2 for wrong usage.

Examples:
  npx payops webhooks list abc123 --stage prod
  npx payops webhooks list abc123 --all --json | jq '.[] | select(.isActive)'
`,
    )

/** The flags and the help of `webhooks check`. */
export const describeCheckWebhooks = (command: Command): Command =>
  withCommon(command, 'webhooks check --help')
    .summary('whether they come, and mend what the store switched off')
    .description("Whether all of a store's webhooks come to us.")
    .argument('<store>', 'the store hash')
    .option('--url <url>', 'where the store sends to')
    .option('--dry-run', 'switch nothing on again')
    .addHelpText(
      'after',
      `
A store switches a webhook off when its calls have failed for some two days. One
of ours is switched on again, and said so; what is missing is only reported
(payops webhooks create registers it). What the orders went through meanwhile
nobody tells again: payops reconcile --full finds the payments that are stale.
${where}
Exit code: 0 when all are active, or are so again; 1 when one is missing, off or
without its header, or the store or AWS did not answer; 2 for wrong usage.

Examples:
  npx payops webhooks check abc123 --stage prod
  npx payops webhooks check abc123 --dry-run --json
`,
    )
