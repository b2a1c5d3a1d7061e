import { describe, expect, it } from '@jest/globals'
import { createMetrics } from '../../lib/adapters/metrics.js'
import { createLeapingClock } from '../support/leaping-clock.js'

function someMetrics() {
  const lines: string[] = []
  const metrics = createMetrics(
    { clock: createLeapingClock(), write: line => lines.push(line) },
    'payops-trial',
  )
  return { metrics, lines, records: () => lines.map(line => JSON.parse(line)) }
}

describe('createMetrics', () => {
  it('writes one record in the embedded metric format, by deployment', () => {
    const { metrics, lines } = someMetrics()
    metrics.add('Succeeded')
    metrics.add('Succeeded')
    metrics.add('ApiLatency', 120)
    metrics.add('ApiLatency', 80)
    metrics.flush()
    expect(lines).toEqual([
      '{"_aws":{"Timestamp":1795334400000,"CloudWatchMetrics":[{"Namespace":"payops","Dimensions":[["Deployment"]],' +
        '"Metrics":[{"Name":"Succeeded","Unit":"Count"},{"Name":"ApiLatency","Unit":"Milliseconds"}]}]},' +
        '"Deployment":"payops-trial","Succeeded":2,"ApiLatency":[120,80]}',
    ])
  })

  it('keeps the least of what is left', () => {
    const { metrics, records } = someMetrics()
    for (const left of [20, 3, 149]) metrics.add('QuotaLeft', left)
    metrics.flush()
    expect(records()).toMatchObject([{ QuotaLeft: 3 }])
  })

  it('tells a zero, which an alarm has to hear', () => {
    const { metrics, records } = someMetrics()
    metrics.add('OpenDoubts', 0)
    metrics.flush()
    expect(records()).toMatchObject([{ OpenDoubts: 0 }])
  })

  it('writes nothing where nothing was counted, and nothing twice', () => {
    const { metrics, lines } = someMetrics()
    metrics.flush()
    metrics.add('Bugs')
    metrics.flush()
    metrics.flush()
    expect(lines).toHaveLength(1)
  })

  it('puts no more values into a record than CloudWatch reads', () => {
    const { metrics, records } = someMetrics()
    for (let call = 0; call < 250; call += 1) metrics.add('ApiLatency', call)
    metrics.flush()
    expect(records().map(({ ApiLatency }) => ApiLatency.length)).toEqual([100, 100, 50])
  })
})
