import type { Command } from 'commander'

export type DoctorOptions = { store?: string; stage?: string; json?: boolean }

const details = `
It looks, and changes nothing: whether everything is there that serverless.yml
declares, and as it declares it; whether each store's secret works, by one cheap
read of the store; what is stuck: dead letters, doubts, stores that are held,
requests that nobody came for. Of each thing that is wrong it says the command
that comes next. Dead letters are hidden from others for a moment.

Where it looks: at what is named payops-<stage>-..., with the AWS credentials
and the region of this shell. What cannot be seen there is "not checked", never
"ok": the embedded stack has no alarms, and neither expires nor encrypts.

Exit code: 0 when nothing is wrong; 1 when something is; 2 for wrong usage.

Examples:
  npx payops doctor --stage prod
  npx payops doctor --store abc123
  npx payops doctor --json | jq -r '.[] | select(.verdict == "wrong").next'
`

/** The flags and the help of `doctor`. */
export const describeDoctor = (command: Command): Command =>
  command
    .summary('whether all is there and works, and what to do next')
    .description('Says whether all is there and works, what is stuck, and what to do next.')
    .option('--store <hash>', 'of the secrets only the one of this store')
    .option('--json', 'print JSON')
    .option('--stage <stage>', 'the deployed stage (default: dev)')
    .showHelpAfterError('npx payops doctor --help says what there is.')
    .addHelpText('after', details)
