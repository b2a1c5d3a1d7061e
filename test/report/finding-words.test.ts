import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { findingKinds } from '../../lib/core/reconcile/finding.js'
import { rowOf } from '../../lib/report/finding-row.js'
import { findingWords } from '../../lib/report/finding-words.js'
import { aFinding } from './a-report.js'

describe('the words for a finding', () => {
  it('are sentences, and differ from kind to kind', () => {
    const words = findingKinds.map(kind => findingWords[kind])
    for (const { means, toDo } of words) {
      expect(means).toMatch(/^[A-Z].*\.$/)
      expect(toDo).toMatch(/^[A-Z].*\.$/)
    }
    for (const key of ['title', 'means', 'toDo'] as const)
      expect(new Set(words.map(word => word[key])).size).toBe(findingKinds.length)
  })

  it('are the words of the documentation', () => {
    const page = readFileSync(resolve(import.meta.dirname, '..', '..', 'docs', 'reconciliation.md'), 'utf8')
    for (const kind of findingKinds) expect(page).toContain(`| ${findingWords[kind].title} | \`${kind}\` |`)
  })
})

describe('a finding as a row', () => {
  it('says what the store says in its own terms', () => {
    expect(rowOf(aFinding())).toMatchObject({
      processing: 'completed',
      applied: 'not applied',
      allowed: 'apply',
    })
    expect(rowOf(aFinding({ storeSays: 'gone' }))).toMatchObject({
      processing: 'gone',
      applied: '',
      amount: '',
    })
    expect(rowOf(aFinding({ storeSays: { processingStatus: 9, allowedOperations: [] } }))).toMatchObject({
      processing: 'code 9',
      applied: '',
      allowed: 'nothing',
    })
  })

  it('dates from the last change in the store, else from the instant that the ledger names', () => {
    const ledgerSays = 'in doubt since 2026-11-20T08:00:00.000Z: no answer'
    expect(rowOf(aFinding({ ledgerSays })).since).toBe('2026-11-21T17:40:11.000Z')
    expect(rowOf(aFinding({ ledgerSays, storeSays: 'gone' })).since).toBe('2026-11-20T08:00:00.000Z')
    expect(rowOf(aFinding({ storeSays: 'gone' })).since).toBe('')
  })

  it('tells what was done from what would have been', () => {
    const acted = ['reported', 'wouldEnqueue', 'wouldSettle', 'enqueued', 'settled', 'refused'] as const
    expect(acted.map(word => rowOf(aFinding({ acted: word })).done)).toEqual([
      'reported only',
      'dry run: would be asked for',
      'dry run: would be settled',
      'asked for',
      'settled',
      'refused',
    ])
  })
})
