import { describe, expect, it } from '@jest/globals'
import { examineResources } from '../../../lib/cli/doctor/examine-resources.js'
import { renderFindings } from '../../../lib/cli/doctor/render-findings.js'
import type { Inspector } from '../../../lib/engine/ports.js'

const asDeclared: Pick<Inspector, 'look'> = {
  look: async ({ facts }) => ({ seen: 'there', facts }),
}

describe('examineResources', () => {
  it('finds nothing wrong where every look shows what is declared', async () => {
    const { findings, names } = await examineResources({ inspector: asDeclared }, 'prod')
    expect(findings.filter(({ verdict }) => verdict === 'wrong')).toEqual([])
    expect(names.has('payops-prod-ledger')).toBe(true)
  })

  it('tells of an alarm that rings, and where the runbook speaks of it', async () => {
    const ringing: typeof asDeclared = {
      look: async ({ name, facts }) => ({
        seen: 'there',
        facts: { ...facts, ...(name === 'payops-prod-doubts' && { state: 'ALARM' }) },
      }),
    }
    const { findings } = await examineResources({ inspector: ringing }, 'prod')
    const wrong = findings.filter(({ verdict }) => verdict === 'wrong')
    expect(renderFindings(wrong)).toEqual([
      'Wrong, and what to do next',
      'WRONG        alarm payops-prod-doubts: is in alarm',
      '             next: docs/runbook.md, "Alarm: doubts"',
      '',
      '1 wrong, 0 ok, 0 not checked',
    ])
  })

  it('counts as there what could not be looked at, and not what is missing', async () => {
    const failing: typeof asDeclared = {
      look: async ({ kind }) => (kind === 'table' ? { seen: 'missing' } : { seen: 'failed', why: 'X' }),
    }
    const { names } = await examineResources({ inspector: failing }, 'prod')
    expect(names.has('payops-prod-ledger')).toBe(false)
    expect(names.has('payops-prod-events-dlq')).toBe(true)
  })
})
