import { diagnoseResource, type Expectation, type Finding, type Observation } from '../../core/diagnose.js'
import type { Inspector } from '../../engine/ports.js'
import { expectResources, notLookedAt } from './expected-resources.js'

/** Everything that the template declares, in its order, and the names of what is there or may be. */
export async function examineResources(
  { inspector }: { inspector: Pick<Inspector, 'look'> },
  stage: string,
): Promise<{ findings: Finding[]; names: Set<string> }> {
  const looked = await Promise.all(
    expectResources(stage).map(async expected => ({ expected, observed: await inspector.look(expected) })),
  )
  const passedOver = Object.entries(notLookedAt).map(
    ([subject, why]): Finding => ({ part: 'declared', verdict: 'unchecked', subject, why }),
  )
  return {
    findings: [
      ...looked.flatMap(({ expected, observed }) => [
        ...diagnoseResource(expected, observed, stage),
        ...ringing(expected, observed, stage),
      ]),
      ...passedOver,
    ],
    names: new Set(
      looked.flatMap(({ expected: { name }, observed: { seen } }) => (seen === 'missing' ? [] : [name])),
    ),
  }
}

/** An alarm that is as declared, and rings. */
function ringing({ kind, name }: Expectation, observed: Observation, stage: string): Finding[] {
  if (kind !== 'alarm' || observed.seen !== 'there' || observed.facts['state'] !== 'ALARM') return []
  const why = 'is in alarm'
  const next = `docs/runbook.md, "Alarm: ${name.replace(`payops-${stage}-`, '')}"`
  return [{ part: 'work', verdict: 'wrong', subject: `alarm ${name}`, why, next }]
}
