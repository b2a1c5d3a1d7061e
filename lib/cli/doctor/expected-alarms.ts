import type { Expectation } from '../../core/diagnose.js'

/** By logical id in serverless.yml, the end of the name: `payops-<stage>-<end>`. The runbook's section is called so as well. */
const alarms: Record<string, string> = {
  DeadLettersAlarm: 'dead-letters',
  EventDeadLettersAlarm: 'event-dead-letters',
  OldestMessageAlarm: 'oldest-message',
  ThrottlesAlarm: 'throttles',
  CredentialsRejectedAlarm: 'credentials-rejected',
  DoubtsAlarm: 'doubts',
  ErrorsAlarm: 'errors',
  StalledAlarm: 'stalled',
  WebhooksNotTakenAlarm: 'webhooks-not-taken',
  WebhooksRefusedAlarm: 'webhooks-refused',
  WebhooksWaitingAlarm: 'webhooks-waiting',
  WebhooksOffAlarm: 'webhooks-off',
}

/** Each alarm tells somebody: its actions are on, and there is at least one. */
export const expectedAlarms = (stage: string): Expectation[] =>
  Object.entries(alarms).map(([declaredAs, end]) => ({
    kind: 'alarm',
    declaredAs,
    name: `payops-${stage}-${end}`,
    facts: { actionsEnabled: 'true', notifies: 'true' },
  }))
