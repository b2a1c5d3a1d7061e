import { describe, expect, it } from '@jest/globals'
import { createLog } from '../../lib/adapters/log.js'
import type { LogLevel } from '../../lib/config.js'
import { createLeapingClock } from '../support/leaping-clock.js'
import { expectNoSentinel, sentinelToken } from '../support/sentinel.js'

function aLog(least: LogLevel) {
  const lines: string[] = []
  const log = createLog({ clock: createLeapingClock(), write: line => lines.push(line) }, least)
  return { log, lines }
}

describe('createLog', () => {
  it('writes one JSON object a line: level, time, message, then the fields', () => {
    const { log, lines } = aLog('INFO')
    log.info('reconciliation pass', { stores: 3 })
    expect(lines).toEqual([
      '{"level":"INFO","time":"2026-11-22T08:00:00.000Z","message":"reconciliation pass","stores":3}',
    ])
  })

  it.each<[LogLevel, string[]]>([
    ['DEBUG', ['INFO', 'WARN', 'ERROR']],
    ['INFO', ['INFO', 'WARN', 'ERROR']],
    ['WARN', ['WARN', 'ERROR']],
    ['ERROR', ['ERROR']],
  ])('at %s writes %j', (least, expected) => {
    const { log, lines } = aLog(least)
    log.info('a', {})
    log.warn('b', {})
    log.error('c', {})
    expect(lines.map(line => JSON.parse(line).level)).toEqual(expected)
  })

  it('stays one line whatever a value holds', () => {
    const { log, lines } = aLog('INFO')
    log.warn('a\nb', { error: '\r\n{"level":"ERROR"}\u2028' })
    expect(lines[0]).not.toMatch(/[\r\n]/)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'WARN', message: 'a\nb' })
  })

  it('prints listed fields of one value only, whatever else comes with them', () => {
    const { log, lines } = aLog('INFO')
    const wide = {
      requestId: 'r-1',
      dryRun: false,
      attempts: 0,
      level: 'INFO',
      token: sentinelToken,
      metadata: { note: sentinelToken },
      error: undefined,
    }
    log.error('the message', wide)
    log.error('the message', Object.assign({ why: 'so' }, { code: { token: () => sentinelToken } }) as object)
    expect(lines).toEqual([
      '{"level":"ERROR","time":"2026-11-22T08:00:00.000Z","message":"the message","requestId":"r-1","attempts":0,"dryRun":false}',
      '{"level":"ERROR","time":"2026-11-22T08:00:00.000Z","message":"the message","why":"so"}',
    ])
    expectNoSentinel(lines)
  })

  it('cuts a text that would not fit into one line of CloudWatch Logs', () => {
    const { log, lines } = aLog('INFO')
    log.error('a bug', { stack: 'x'.repeat(300_000) })
    expect(JSON.parse(lines[0] ?? '').stack).toHaveLength(4096)
  })
})
