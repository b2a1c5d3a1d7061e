import type { BenchResult } from '../bench-result.js'
import type { DoorRound } from '../door/measure-door.js'
import { summarise } from '../summary.js'
import { formatNumber, formatSummary } from './numbers.js'
import { renderTable } from './table.js'

/** What taking a store's webhook in costs. */
export function renderDoor({ door }: BenchResult): string[] {
  if (door === undefined) return []
  const row = (what: string, key: keyof DoorRound): string[] => [
    what,
    ...door.loads.map(({ rounds }) => formatSummary(summarise(rounds.map(round => round[key])))),
  ]
  return [
    "## The stores' webhooks, at the door",
    '',
    `\`dist/functions/receive-webhook.mjs\`, ${formatNumber(door.kib)} KiB (gzip ${formatNumber(door.gzipKib)}), before fauxqs and the Secrets Manager of \`npm start\` in a process of their own. Each webhook is signed, of another order, and answered 200; one after the other, ${formatNumber(door.webhooks)} a round after 200 of warm-up, in a fresh process for each size. CPU is the process's own, all threads.`,
    '',
    ...renderTable(
      ['median (smallest–largest)', ...door.loads.map(({ name }) => `body of ${name}`)],
      [
        row('CPU ms a webhook', 'cpuMs'),
        row('answer, median, ms', 'p50Ms'),
        row('answer, 99th percentile, ms', 'p99Ms'),
        row('first answer of a container, ms', 'firstMs'),
      ],
    ),
    '',
    `Its import takes ${formatSummary(summarise(door.importMs))} ms where that of *powertools* takes ${formatSummary(summarise(door.powertoolsImportMs))}, by turns, each in fresh processes.`,
  ]
}
