import { accessRules } from './access-rules.js'
import { consumptionRules } from './consumption-rules.js'
import { deadLetterRules } from './dead-letter-rules.js'
import { environmentRules } from './environment-rules.js'
import { functionRoleRules } from './function-role-rules.js'
import { presenceRules } from './presence-rules.js'
import { rightsRules } from './rights-rules.js'
import { storageRules } from './storage-rules.js'
import { type Problem, parseTemplate, type Rule } from './template.js'

/**
 * What no linter knows of a packaged template: the arithmetic between a queue, its consumer and its dead-letter queue, what
 * may be lost, and what each function may do. Each rule says where, what is wrong and what to do about it.
 */

export type Finding = Problem & { rule: string }

export const rules: Rule[] = [
  ...presenceRules,
  ...consumptionRules,
  ...deadLetterRules,
  ...storageRules,
  ...functionRoleRules,
  ...rightsRules,
  ...accessRules,
  ...environmentRules,
]

/** Throws for what is no template; an empty answer is a template as it has to be. */
export function checkTemplate(json: unknown): Finding[] {
  const template = parseTemplate(json)
  return rules.flatMap(({ name, find }) => find(template).map(problem => ({ rule: name, ...problem })))
}
