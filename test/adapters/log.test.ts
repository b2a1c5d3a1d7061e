import { describe, expect, it } from '@jest/globals'
import { createLog } from '../../lib/adapters/log.js'
import type { LogLevel } from '../../lib/config.js'
import { createLeapingClock } from '../support/leaping-clock.js'

function aLog(least: LogLevel) {
  const lines: string[] = []
  const log = createLog({ clock: createLeapingClock(), write: line => lines.push(line) }, least)
  return { log, lines }
}

describe('createLog', () => {
  it('writes one JSON object a line: level, time, message, then the fields', () => {
    const { log, lines } = aLog('INFO')
    log.info('reconciliation pass', { seen: 3 })
    expect(lines).toEqual([
      '{"level":"INFO","time":"2026-11-22T08:00:00.000Z","message":"reconciliation pass","seen":3}',
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
    log.warn('a\nb', { error: '\r\n{"level":"ERROR"}\u2028', nested: { text: '\n' } })
    expect(lines[0]).not.toMatch(/[\r\n]/)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'WARN', message: 'a\nb' })
  })

  it('lets no field take the place of level, time or message', () => {
    const { log, lines } = aLog('INFO')
    log.error('the message', { level: 'INFO', time: 'never', message: 'another', kept: true })
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      level: 'ERROR',
      time: '2026-11-22T08:00:00.000Z',
      message: 'the message',
      kept: true,
    })
  })
})
