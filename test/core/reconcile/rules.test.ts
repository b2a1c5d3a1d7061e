import { describe, expect, it } from '@jest/globals'
import { findingKinds } from '../../../lib/core/reconcile/finding.js'
import { allowedActions, decidedBy, defaultRules, parseRules } from '../../../lib/core/reconcile/rules.js'

describe('parseRules', () => {
  it.each([undefined, '', '  ', '{}'])('only reports where it is told nothing: %j', text => {
    expect(parseRules(text)).toEqual(Object.fromEntries(findingKinds.map(kind => [kind, 'report'])))
  })

  it('takes each finding with each action that is allowed for it', () => {
    for (const kind of findingKinds)
      for (const action of allowedActions(kind))
        expect(parseRules(JSON.stringify({ [kind]: action }))).toEqual({ ...defaultRules, [kind]: action })
  })

  it.each([
    [
      '{"completedNotApplid":"report"}',
      /"completedNotApplid": unknown finding, not one of completedNotApplied,/,
    ],
    ['{"__proto__":"enqueue"}', /"__proto__": unknown finding/],
    ['{"completedNotApplied":"settle"}', /completedNotApplied: must be "report" or "enqueue"/],
    ['{"doubtSettled":"enqueue"}', /doubtSettled: must be "report" or "settle"/],
    ['{"doubtOpen":"settle"}', /doubtOpen: must be "report"$/],
    ['{"paymentGone":"enqueue","orderStale":1}', /paymentGone: must be "report"; orderStale: must be/],
    ['[]', /must be a JSON object/],
    ['null', /must be a JSON object/],
    ['report', /must be a JSON object/],
  ])('refuses %s and names what is wrong', (text, message) => {
    expect(() => parseRules(text)).toThrow(message)
  })
})

describe('decidedBy', () => {
  it('names the rule, or says that there is none', () => {
    const rules = parseRules('{"orderStale":"enqueue"}')
    expect(decidedBy(rules, 'orderStale')).toBe('rule orderStale=enqueue')
    expect(decidedBy(rules, 'paymentGone')).toBe('default')
  })
})
