import { ofType, type Rule } from './template.js'

/** What payops is made of. Of what is not there, every other rule would be kept. */
const needed = [
  'AWS::Lambda::Function',
  'AWS::Lambda::EventSourceMapping',
  'AWS::SQS::Queue',
  'AWS::DynamoDB::Table',
  'AWS::Events::EventBus',
]

export const presenceRules: Rule[] = [
  {
    name: 'presence',
    find: template =>
      needed
        .filter(type => ofType(template, type).length === 0)
        .map(type => ({
          where: 'Resources',
          problem: `there is no ${type}: what is said of it here cannot be checked`,
          mend: 'check the template of the whole service: cloudformation-template-update-stack.json',
        })),
  },
]
