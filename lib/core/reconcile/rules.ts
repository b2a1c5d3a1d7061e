import { InvalidConfig } from '../errors.js'
import { isRecord } from '../read-field.js'
import { type FindingKind, findingKinds, type RuleAction } from './finding.js'

/**
 * What reconciliation may do about each finding: one table. `report` is the default and always allowed; `enqueue` only where
 * a request follows from the finding; `settle` only for a doubt that evidence has settled.
 */
export type Rules = Record<FindingKind, RuleAction>

// Marked pure, so that a bundle which needs no rules does not carry them.
export const defaultRules = /* @__PURE__ */ Object.fromEntries(
  /* @__PURE__ */ findingKinds.map(kind => [kind, 'report']),
) as Rules

const beyondReport: Partial<Record<FindingKind, RuleAction>> = {
  completedNotApplied: 'enqueue',
  refundedStillApplied: 'enqueue',
  orderStale: 'enqueue',
  leftBehind: 'enqueue',
  neverAttempted: 'enqueue',
  doubtSettled: 'settle',
}

export const allowedActions = (kind: FindingKind): RuleAction[] => {
  const more = beyondReport[kind]
  return more === undefined ? ['report'] : ['report', more]
}

/** The JSON object of `RECONCILE_RULES`; absent or empty: only reports. Throws `InvalidConfig` that names all that is wrong. */
export function parseRules(text: string | undefined): Rules {
  if (text === undefined || text.trim() === '') return defaultRules
  const json = readJson(text)
  if (!isRecord(json)) throw new InvalidConfig('RECONCILE_RULES: must be a JSON object of finding and action')
  const problems = Object.entries(json).flatMap(([kind, action]) => findProblem(kind, action))
  if (problems.length > 0) throw new InvalidConfig(`RECONCILE_RULES: ${problems.join('; ')}`)
  return { ...defaultRules, ...(json as Partial<Rules>) }
}

function findProblem(kind: string, action: unknown): string[] {
  if (!isFindingKind(kind))
    return [`${JSON.stringify(kind.slice(0, 60))}: unknown finding, not one of ${findingKinds.join(', ')}`]
  const allowed = allowedActions(kind)
  return allowed.some(known => known === action)
    ? []
    : [`${kind}: must be ${allowed.map(known => JSON.stringify(known)).join(' or ')}`]
}

const isFindingKind = (kind: string): kind is FindingKind => findingKinds.some(known => known === kind)

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // What is not JSON is no object either; the caller says so.
    return undefined
  }
}

/** Who decided: the rule, or its absence. */
export const decidedBy = (rules: Rules, kind: FindingKind): string =>
  rules[kind] === 'report' ? 'default' : `rule ${kind}=${rules[kind]}`
