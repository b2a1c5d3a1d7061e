import { describe, expect, it } from '@jest/globals'
import { renderSummary } from '../../../lib/cli/start/render-summary.js'
import type { Summary } from '../../../lib/cli/start/tally.js'

const summary: Summary = {
  lines: 5,
  succeeded: { performed: 2, confirmed: 1, alreadyDone: 0 },
  failed: [{ code: 'OPERATION_NOT_ALLOWED', count: 1, example: `apply-129: ${'not allowed '.repeat(20)}` }],
  inDoubt: { count: 0, example: '' },
  duplicates: 0,
  badLines: [{ number: 4, message: `storeHash: \u001b[31m${'x'.repeat(90)}` }],
  withoutOutcome: [],
}

describe('renderSummary', () => {
  it.each([true, false])('stays within 80 columns and cuts no error code (terminal: %s)', isLive => {
    const text = renderSummary(summary, isLive)
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
    expect(text).toContain('OPERATION_NOT_ALLOWED')
  })

  it('replaces what could steer a terminal', () => {
    expect(renderSummary(summary, false)).not.toContain('\u001b')
  })

  it('names the lines without an outcome only when there are some', () => {
    expect(renderSummary(summary, false)).not.toContain('WITHOUT AN OUTCOME')
    expect(renderSummary({ ...summary, withoutOutcome: [3, 9] }, false)).toMatch(
      /WITHOUT AN OUTCOME +2 {2}lines 3, 9/,
    )
  })
})
