import type { Finding, Part, Verdict } from '../../core/diagnose.js'
import { fitText } from '../operate/fit-text.js'

const titles: Record<Part, string> = {
  declared: 'What serverless.yml declares',
  secrets: 'Secrets',
  work: 'Work',
}
const marks: Record<Verdict, string> = { fine: 'ok', wrong: 'WRONG', unchecked: 'not checked' }
const order: Part[] = ['declared', 'secrets', 'work']
const indent = ' '.repeat(13)

/**
 * What is as it should be and what was not checked, by part; then what is wrong, each with what to do next: the end is what
 * a terminal shows. 80 columns wide.
 */
export function renderFindings(findings: Finding[]): string[] {
  const parts = order.flatMap(part => {
    const found = findings.filter(finding => finding.part === part && finding.verdict !== 'wrong')
    return found.length === 0 ? [] : [titles[part], ...joinUnchecked(found).flatMap(renderFinding), '']
  })
  const wrong = findings.filter(({ verdict }) => verdict === 'wrong')
  const count = (verdict: Verdict): number => findings.filter(finding => finding.verdict === verdict).length
  return [
    ...parts,
    ...(wrong.length === 0 ? [] : ['Wrong, and what to do next', ...wrong.flatMap(renderFinding), '']),
    `${count('wrong')} wrong, ${count('fine')} ok, ${count('unchecked')} not checked`,
  ]
}

/** Things that were not checked for one reason are told in one breath, after the others. */
function joinUnchecked(findings: Finding[]): Finding[] {
  const unchecked = findings.filter(({ verdict }) => verdict === 'unchecked')
  const joined = [...Map.groupBy(unchecked, ({ why }) => why).values()].flatMap(group => {
    const subject = group.map(one => one.subject).join(', ')
    return group.slice(0, 1).map(first => ({ ...first, subject }))
  })
  return [...findings.filter(({ verdict }) => verdict !== 'unchecked'), ...joined]
}

function renderFinding({ verdict, subject, why, next }: Finding): string[] {
  const [first = '', ...more] = fitText(`${subject}: ${why}`, indent)
  return [
    `${marks[verdict].padEnd(indent.length - 1)} ${first.slice(indent.length)}`,
    ...more,
    ...(next === undefined ? [] : fitText(`next: ${next}`, indent)),
  ]
}
