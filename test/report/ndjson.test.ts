import { describe, expect, it } from '@jest/globals'
import { renderNdjson } from '../../lib/report/ndjson.js'
import { aFinding, aReport, aStore } from './a-report.js'

describe('findings as NDJSON', () => {
  it('are one a line, of all stores, and read back as they were', () => {
    const findings = [aFinding(), aFinding({ kind: 'doubtOpen', why: 'two\nlines \u2028 and "quotes"' })]
    const report = aReport([
      aStore({ findings }),
      aStore({ storeHash: 'nordic4b', findings: [aFinding({ storeHash: 'nordic4b' })] }),
    ])
    const lines = renderNdjson(report).split('\n')
    expect(lines.pop()).toBe('')
    expect(lines.map(line => JSON.parse(line))).toEqual([...findings, aFinding({ storeHash: 'nordic4b' })])
  })

  it('are an empty file where there are none', () => {
    expect(renderNdjson(aReport([aStore()]))).toBe('')
  })
})
