import { describe, expect, it } from '@jest/globals'
import type { StoreReport } from '../../lib/core/reconcile/finding.js'
import { renderHtml } from '../../lib/report/html.js'
import { aFinding, aReport, aStore, manyFindings } from './a-report.js'

const textOf = (html: string): string =>
  html
    .replace(/<(script|style)[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
const pageOf = (stores: StoreReport[], dryRun = false): string => textOf(renderHtml(aReport(stores, dryRun)))

describe('the report as a page', () => {
  it('is the same text for the same report', () => {
    const report = aReport([aStore({ findings: manyFindings(40, 'luma7x2', 'USD') })])
    expect(renderHtml(report)).toBe(renderHtml(structuredClone(report)))
  })

  it('names nothing that lies elsewhere', () => {
    const html = renderHtml(aReport([aStore({ findings: manyFindings(40, 'luma7x2', 'USD') })]))
    expect(html).not.toMatch(/\b(?:src|href|action|srcset)\s*=|url\(|@import|https?:|style="/)
    expect(html).toContain(`content="default-src 'none'; style-src 'sha256-`)
    expect(html).not.toContain('unsafe')
  })

  it('shows no field that a finding does not have', () => {
    const finding = { ...aFinding(), accessToken: 'sentinel/7f3a' }
    expect(renderHtml(aReport([aStore({ findings: [finding] })]))).not.toContain('sentinel')
  })

  it('says of a dry run what would have been done, and that nothing was', () => {
    const findings = [
      aFinding({ acted: 'wouldEnqueue' }),
      aFinding({ kind: 'doubtSettled', acted: 'wouldSettle' }),
    ]
    const page = pageOf([aStore({ findings })], true)
    expect(page).toContain('Dry run: nothing was changed.')
    expect(page).toContain('Acted on 0 would ask for 1, settle 1')
  })

  it('tells a store that was not reached from one that another run has', () => {
    const page = pageOf([
      aStore({ storeHash: 'oslo9k', reached: false, complete: false, unreachedWhy: 'answered 503' }),
      aStore({ storeHash: 'nordic4b', busy: true, reached: false, complete: false }),
      aStore(),
    ])
    expect(page).toContain('1 of 3 stores could not be reached.')
    expect(page).toContain('1 of 3 stores were being looked at by another run')
    expect(page).toContain('Stores reached 1 of 3')
    expect(page).not.toContain('Not everything was looked at yet')
    expect(page).not.toContain('No finding')
  })

  it('says that a sweep goes on at the next run', () => {
    expect(pageOf([aStore({ complete: false })])).toContain('Not everything was looked at yet')
  })

  it('adds up the amounts of a kind, exactly and by currency', () => {
    const of = (total: string, currency: string) => aFinding({ storeSays: { total, currency } })
    const findings = [of('0.1', 'USD'), of('0.2', 'USD'), of('5', 'EUR'), of('no number', 'USD')]
    expect(pageOf([aStore({ findings })])).toContain('Completed but not applied 4 5.00 EUR 0.30 USD')
  })
})
