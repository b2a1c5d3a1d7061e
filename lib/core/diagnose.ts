import { mendCommand } from './diagnose-mending.js'

/**
 * What doctor says of one thing: it is as it should be; it is not, or could not be asked; or it cannot be seen from here.
 * What cannot be seen is never called fine.
 */
export type Verdict = 'fine' | 'wrong' | 'unchecked'
export type Part = 'declared' | 'secrets' | 'work'
export type Finding = { part: Part; verdict: Verdict; subject: string; why: string; next?: string }

export type ResourceKind =
  | 'queue'
  | 'queue policy'
  | 'table'
  | 'bus'
  | 'function'
  | 'queue source'
  | 'rule'
  | 'schedule'
  | 'alarm'

/** What comes first where AWS gives no answer: credentials, account and region of the shell. */
export const whoAsks = 'aws sts get-caller-identity'

/** A resource that the template declares, and what must be true of it: texts, as they are compared and shown. */
export type Expectation = {
  kind: ResourceKind
  /** In the template: a resource's logical id, a function's key, or `<key>.<kind of event>`. */
  declaredAs: string
  name: string
  facts: Record<string, string>
}

/** What a look showed. `blind`: the facts that cannot be seen where it looked; `handle`: what AWS itself calls the thing. */
export type Observation =
  | { seen: 'there'; facts: Record<string, string>; blind?: string[]; handle?: string }
  | { seen: 'missing' }
  /** The embedded stack has no such service. */
  | { seen: 'notServed' }
  | { seen: 'failed'; why: string }

/** Compares one declared resource with what is there. */
export function diagnoseResource(expected: Expectation, observed: Observation, stage: string): Finding[] {
  const subject = `${expected.kind} ${expected.name}`
  const find = (verdict: Verdict, why: string, next?: string): Finding => ({
    part: 'declared',
    verdict,
    subject,
    why,
    ...(next !== undefined && { next }),
  })
  if (observed.seen === 'missing') {
    const deploy = `npx serverless deploy --stage ${stage}`
    return [find('wrong', `is not there; the template declares it as ${expected.declaredAs}`, deploy)]
  }
  if (observed.seen === 'notServed') return [find('unchecked', 'the embedded stack has none')]
  if (observed.seen === 'failed') return [find('wrong', `could not be looked at: ${observed.why}`, whoAsks)]
  const { facts, blind = [], handle = expected.name } = observed
  const isSeen = ([name]: [string, string]): boolean => !blind.includes(name)
  const wrong = Object.entries(expected.facts)
    .filter(isSeen)
    .filter(([name, wanted]) => facts[name] !== wanted)
  const unseen = Object.keys(expected.facts).filter(name => blind.includes(name))
  return [
    ...wrong.map(([name, wanted]) =>
      find(
        'wrong',
        `${name} is ${facts[name] ?? 'not set'}, the template says ${wanted}`,
        mendCommand(expected, name, { stage, handle }),
      ),
    ),
    ...(wrong.length === 0
      ? [find('fine', Object.keys(expected.facts).length === unseen.length ? 'there' : 'as declared')]
      : []),
    ...(unseen.length === 0
      ? []
      : [find('unchecked', `the embedded stack does not show ${unseen.join(', ')}`)]),
  ]
}

/** Whether a person has to do something. */
export const isWrong = ({ verdict }: Finding): boolean => verdict === 'wrong'
