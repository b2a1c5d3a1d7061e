import * as z from 'zod/mini'

/** What has to be otherwise in the packaged template before moto can make it, each with its reason; all else goes there as it is. */
export type Mend = { change: string; because: string; mend: (template: Template) => Template }

const resource = z.looseObject({
  Type: z.string(),
  Properties: z.optional(z.record(z.string(), z.unknown())),
})
export const templateSchema = z.looseObject({ Resources: z.record(z.string(), resource) })
export type Template = z.infer<typeof templateSchema>
type Resource = z.infer<typeof resource>

/** Takes what the rule of the same name gives to acceptOperation. */
export const requestedEventsQueue = 'requested-events'
/** Takes what the functions tell the bus. */
export const toldEventsQueue = 'told-events'

export const nameFunctionUrl = (text: string): string =>
  text.replaceAll(
    '{"Fn::GetAtt":["ReceiveWebhookLambdaFunctionUrl","FunctionUrl"]}',
    '"https://function-url.example/"',
  )

export const mends: Mend[] = [
  {
    change: 'the event bus is named where the template refers to it',
    because: 'moto hands its own object on for a Ref of a bus, and answers the whole stack with 500',
    mend: template => {
      const name = template.Resources['EventBus']?.Properties?.['Name']
      return readTemplate(JSON.stringify(template).replaceAll('{"Ref":"EventBus"}', JSON.stringify(name)))
    },
  },
  {
    change: 'the URL of receiveWebhook is a text where the template refers to it',
    because: 'moto has no Function URLs: it passes one over, and answers a reference to it with 500',
    mend: template => readTemplate(nameFunctionUrl(JSON.stringify(template))),
  },
  {
    change: 'the event source mappings are there, but disabled',
    because:
      'moto invokes within SendMessage, in Docker, and reads no batchItemFailures; the test polls instead',
    mend: template =>
      withResources(template, 'AWS::Lambda::EventSourceMapping', mapping => ({ ...mapping, Enabled: false })),
  },
  {
    change: 'the rule on the bus has a queue for its target in place of the function',
    because: 'PutEvents answers 500 where a rule that matches has a function for its target',
    mend: template => {
      const mended = withResources(template, 'AWS::Events::Rule', rule =>
        'EventPattern' in rule ? { ...rule, Targets: [targetOf(requestedEventsQueue)] } : rule,
      )
      return { ...mended, Resources: { ...mended.Resources, ...observation(mended) } }
    },
  },
]

export const readTemplate = (text: string): Template => z.parse(templateSchema, JSON.parse(text))

export const mendTemplate = (template: Template): Template =>
  mends.reduce((mended, { mend }) => mend(mended), template)

function withResources(
  template: Template,
  type: string,
  change: (properties: Record<string, unknown>) => Record<string, unknown>,
): Template {
  const changed = (resource: Resource): Resource =>
    resource.Type === type ? { ...resource, Properties: change(resource.Properties ?? {}) } : resource
  const Resources = Object.fromEntries(
    Object.entries(template.Resources).map(([id, resource]) => [id, changed(resource)]),
  )
  return { ...template, Resources }
}

const targetOf = (queue: string) => ({
  Id: queue,
  Arn: { 'Fn::Sub': `arn:\${AWS::Partition}:sqs:\${AWS::Region}:\${AWS::AccountId}:${queue}` },
})

/** The two queues, and a rule that hands everything of ours to the second. */
const observation = ({ Resources }: Template): Record<string, Resource> => ({
  RequestedEvents: { Type: 'AWS::SQS::Queue', Properties: { QueueName: requestedEventsQueue } },
  ToldEvents: { Type: 'AWS::SQS::Queue', Properties: { QueueName: toldEventsQueue } },
  ToldRule: {
    Type: 'AWS::Events::Rule',
    Properties: {
      EventBusName: Resources['EventBus']?.Properties?.['Name'],
      EventPattern: { source: ['payops'] },
      Name: 'told',
      Targets: [targetOf(toldEventsQueue)],
    },
  },
})
