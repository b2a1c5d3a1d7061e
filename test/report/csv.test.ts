import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { findingKinds } from '../../lib/core/reconcile/finding.js'
import { renderCsv } from '../../lib/report/csv.js'
import { aFinding, aReport, aStore } from './a-report.js'
import { readCsv } from './read-csv.js'

const csvOf = (...findings: ReturnType<typeof aFinding>[]): string =>
  renderCsv(aReport([aStore({ findings })]))
const cellOf = (csv: string, header: string): string | undefined => {
  const [headers = [], row = []] = readCsv(csv)
  return row[headers.indexOf(header)]
}

describe('findings as CSV', () => {
  it('begin with a byte order mark and end each line with CR LF', () => {
    const csv = csvOf(aFinding())
    expect(csv.startsWith('\u{feff}Store,Payment,Finding,')).toBe(true)
    expect(csv.endsWith('\r\n')).toBe(true)
    expect(csv.split('\r\n')).toHaveLength(3)
  })

  it('keep the order of the columns, which people build on', () => {
    expect(csvOf().slice(1).trimEnd()).toBe(
      'Store,Payment,Finding,Finding code,Amount,Currency,Asked,Request id,Sent,Ledger says,Processing status,' +
        'Applied status,Allowed operations,External id,Other payments,Since (UTC),Seen at (UTC),Done,Why,Asked as,Decided by',
    )
  })

  it('say what was found, asked and done, the amount as the store writes it', () => {
    const [, row] = readCsv(csvOf(aFinding()))
    expect(row?.slice(0, 6)).toEqual([
      'luma7x2',
      '117',
      'Completed but not applied',
      'completedNotApplied',
      '1234.5000',
      'USD',
    ])
    expect(row?.slice(10, 13)).toEqual(['completed', 'not applied', 'apply'])
    expect(row?.slice(15, 18)).toEqual([
      '2026-11-21T17:40:11.000Z',
      '2026-11-22T09:15:00.000Z',
      'reported only',
    ])
  })

  it('have words for every kind of finding', () => {
    const rows = readCsv(csvOf(...findingKinds.map(kind => aFinding({ kind })))).slice(1)
    expect(new Set(rows.map(row => row[2])).size).toBe(11)
    expect(rows.every(row => (row[2] ?? '').length > 8)).toBe(true)
  })

  it.each([
    ['=HYPERLINK("https://evil.example","x")'],
    ['+1+1'],
    ['-1+cmd|calc'],
    ['@SUM(A1)'],
    ['\t=1'],
    ['\r=1'],
    ['\n=1'],
    ['  =1'],
    ['\uff1d1'],
  ])('let no spreadsheet compute %j', hostile => {
    expect(cellOf(csvOf(aFinding({ requestId: hostile })), 'Request id')).toBe(`'${hostile}`)
  })

  it('leave a negative amount the number it is', () => {
    const storeSays = { total: '-20.0000', currency: 'EUR' }
    expect(cellOf(csvOf(aFinding({ storeSays })), 'Amount')).toBe('-20.0000')
  })

  it('read back cell for cell, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 40 }),
        fc.string({ maxLength: 40 }),
        (asked, why) => {
          const csv = csvOf(aFinding({ asked, why }))
          const plain = (text: string | undefined): string | undefined => text?.replace(/^'/, '')
          expect(readCsv(csv)).toHaveLength(2)
          expect(plain(cellOf(csv, 'Asked'))).toBe(plain(asked.replaceAll('\0', '\ufffd')))
          expect(plain(cellOf(csv, 'Why'))).toBe(plain(why.replaceAll('\0', '\ufffd')))
        },
      ),
    )
  })
})
