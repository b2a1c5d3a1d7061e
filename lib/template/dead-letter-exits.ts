import { redriveOf } from './consumption-rules.js'
import {
  ofType,
  type Resource,
  readList,
  readMapping,
  readNumber,
  readReference,
  type Template,
} from './template.js'

/** Where something goes that nobody could take. `keptSeconds`: how long its source itself may hold it before. */
export type DeadLetterExit = {
  where: string
  source: Resource
  target: string | undefined
  keptSeconds: number
}

/** What AWS takes where the template says nothing. */
const defaults = { retentionSeconds: 345_600, eventAgeSeconds: 21_600, ruleAgeSeconds: 86_400 }

export const queueType = 'AWS::SQS::Queue'
export const retentionOf = ({ properties }: Resource): number =>
  readNumber(properties['MessageRetentionPeriod'], defaults.retentionSeconds)

/** Every way out: of a queue, of a rule, of an asynchronous call. */
export function exitsOf(template: Template): DeadLetterExit[] {
  const queues = ofType(template, queueType).flatMap(source => {
    const target = redriveOf(source)['deadLetterTargetArn']
    const where = `${source.id}.RedrivePolicy`
    if (target === undefined) return []
    return [{ where, source, target: readReference(target)?.id, keptSeconds: retentionOf(source) }]
  })
  const rules = ofType(template, 'AWS::Events::Rule').flatMap(source =>
    readList(source.properties['Targets']).flatMap((entry, index) => {
      const { DeadLetterConfig, RetryPolicy } = readMapping(entry)
      if (DeadLetterConfig === undefined) return []
      const keptSeconds = readNumber(
        readMapping(RetryPolicy)['MaximumEventAgeInSeconds'],
        defaults.ruleAgeSeconds,
      )
      const target = readReference(readMapping(DeadLetterConfig)['Arn'])?.id
      return [{ where: `${source.id}.Targets.${index}.DeadLetterConfig`, source, target, keptSeconds }]
    }),
  )
  const calls = ofType(template, 'AWS::Lambda::EventInvokeConfig').flatMap(source => {
    const { DestinationConfig, MaximumEventAgeInSeconds } = source.properties
    const { OnFailure } = readMapping(DestinationConfig)
    if (OnFailure === undefined) return []
    const target = readReference(readMapping(OnFailure)['Destination'])?.id
    const keptSeconds = readNumber(MaximumEventAgeInSeconds, defaults.eventAgeSeconds)
    return [{ where: `${source.id}.DestinationConfig.OnFailure`, source, target, keptSeconds }]
  })
  return [...queues, ...rules, ...calls]
}
