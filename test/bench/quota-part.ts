import { renderQuota, runQuotaBench } from './quota/index.js'

/** The quota bench as one part of the others: it measures, and hands over the lines of its section of docs/performance.md. */
export const measureQuota = async (): Promise<string[]> =>
  renderQuota(await runQuotaBench({ say: line => console.error(line) }))
