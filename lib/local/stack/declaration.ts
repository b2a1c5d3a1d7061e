import type { EventPattern } from './match-pattern.js'

/** What a template declares, as far as the stack has to make it. Names and ARNs are known from the text alone; a queue's URL is not. */
export type Declaration = {
  region: string
  /** By logical id. */
  queues: Record<string, QueueDeclaration>
  table: TableDeclaration
  bus: { logicalId: string; name: string; arn: string }
  /** By key in the template. */
  functions: Record<string, FunctionDeclaration>
  /** Resources that need nothing locally, as `LogicalId (Type)`. */
  passedOver: string[]
}

export type QueueDeclaration = {
  name: string
  arn: string
  /** As CreateQueue takes them: every value a string, the redrive policy as JSON text. */
  attributes: Record<string, string>
}

type KeyPart = { AttributeName: string; KeyType: 'HASH' | 'RANGE' }

/** The part of CreateTable that decides how the table answers. */
export type TableDeclaration = {
  name: string
  arn: string
  attributes: { AttributeName: string; AttributeType: 'S' | 'N' | 'B' }[]
  key: KeyPart[]
  indexes: { IndexName: string; KeySchema: KeyPart[]; Projection: { ProjectionType: 'ALL' | 'KEYS_ONLY' } }[]
}

/** An environment value: text, or the URL that a queue (by logical id) or a function (by key) will have once it runs. */
export type EnvironmentValue = string | { queueUrlOf: string } | { functionUrlOf: string }

export type FunctionDeclaration = {
  /** Path without extension, and the export: `dist/functions/x.handler`. */
  handler: string
  /** Name in AWS: `<service>-<stage>-<key>`. */
  name: string
  arn: string
  timeoutMs: number
  memoryMb: number
  environment: Record<string, EnvironmentValue>
  /** Lambda's own retries of an asynchronous invocation. */
  maximumRetryAttempts: number
  /** Logical id of the queue that takes the asynchronous invocations that failed for good. */
  onFailureQueue: string | undefined
  /** Whether it has a Function URL, which anybody may call. */
  hasUrl: boolean
  queueSources: QueueSource[]
  rules: RuleDeclaration[]
  schedules: ScheduleDeclaration[]
}

export type QueueSource = {
  queue: string
  batchSize: number
  maximumConcurrency: number
  reportsBatchItemFailures: boolean
}

export type RuleDeclaration = {
  arn: string
  pattern: EventPattern
  /** The same as JSON, as the template has it. */
  patternText: string
  /** Takes the events that cannot be handed to the function at all. */
  deadLetterQueue: string | undefined
}

export type ScheduleDeclaration = { arn: string; periodMs: number }

/** The template says something that the stack cannot make. The message names it. */
export class TemplateError extends Error {
  override name = 'TemplateError'
}
