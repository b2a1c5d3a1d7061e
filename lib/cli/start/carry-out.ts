import { join, relative, resolve } from 'node:path'
import type { Clock } from '../../core/time.js'
import { fitText } from '../operate/fit-text.js'
import { judgeRun } from './judge-run.js'
import type { CircleEnd, CircleOptions } from './order-circle.js'
import { type OutcomeSeen, parseOutcome } from './outcome-seen.js'
import type { EffectSeen } from './proof-subjects.js'
import { readLedger } from './read-ledger.js'
import type { ReadLines } from './read-request-lines.js'
import { resumeWebhookRequests } from './resume-webhook-requests.js'
import type { RunClients } from './run-clients.js'
import { type RunStack, runRequests } from './run-requests.js'
import type { StartSettings } from './start-settings.js'
import type { DeadLetterSeen } from './tally.js'
import { watchRun } from './watch-run.js'

/** What is to be done: without a file, nothing but staying up. */
export type Work = { settings: StartSettings; file: string | undefined; read: ReadLines | undefined }

/** What it is done on. */
export type Ground = {
  directory: string
  /** What the functions are told of the API and of delays. */
  environment: Record<string, string>
  stack: RunStack & {
    env: Record<string, string>
    functionUrls: Record<string, string>
    tableName: string
    eventBusName: string
    onBusEvent(listener: (event: { source: string; detail: unknown }) => void): void
  }
  clients: RunClients
  sandbox:
    | { effects(): EffectSeen[]; quotaLeft(storeHash: string): { remaining: number; limit: number } }
    | undefined
  /** Shows how the payment of a changed order follows, beside the file; absent: nothing of that is shown. */
  runCircle?: (heard: Heard) => Promise<CircleEnd | undefined>
  /** Whose quota is shown. */
  stores: string[]
}

export type CarryOutDeps = { clock: Clock; isLive: boolean; print(line: string): void; signal: AbortSignal }

const interruptedCode = 130

/** Feeds the file, prints the table and the proof, stays up if that was asked for. Returns the exit code. */
export async function carryOut(work: Work, ground: Ground, deps: CarryOutDeps): Promise<number> {
  const { settings, read } = work
  const { stack } = ground
  const onOutcome = (listener: (outcome: OutcomeSeen) => void) =>
    stack.onBusEvent(event => {
      const outcome = event.source === 'payops' ? parseOutcome(event.detail) : undefined
      if (outcome !== undefined) listener(outcome)
    })
  const exitCode = read === undefined ? 0 : await carryOutFile(work, read, ground, { ...deps, onOutcome })
  if (settings.watch && exitCode !== interruptedCode) {
    await watchRun({
      env: stack.env,
      environment: ground.environment,
      tableName: stack.tableName,
      queueUrls: stack.queueUrls,
      functionUrls: stack.functionUrls,
      eventBusName: stack.eventBusName,
      signal: deps.signal,
      print: deps.print,
      onOutcome,
    })
  }
  return exitCode
}

type OnOutcome = (listener: (outcome: OutcomeSeen) => void) => void
/** Where what becomes of requests and webhooks is listened to. */
export type Heard = Pick<CircleOptions, 'onOutcome' | 'onDeadLetter'>
type FileDeps = CarryOutDeps & { onOutcome: OnOutcome }

async function carryOutFile(
  { settings, file }: Work,
  read: ReadLines,
  ground: Ground,
  deps: FileDeps,
): Promise<number> {
  const { directory, stack, clients, sandbox } = ground
  const { print, signal } = deps
  const total = read.lines.length + read.unsendable.length
  print(
    fitText(
      `${total} lines of ${showPath(resolve(file ?? ''))}, ${describeTarget(settings)}; kept in ${showPath(directory)}`,
    ).join('\n'),
  )
  const readQuotas = () =>
    ground.stores.flatMap(storeHash => (sandbox ? [{ storeHash, ...sandbox.quotaLeft(storeHash) }] : []))
  const effectsBefore = sandbox?.effects().length ?? 0
  await resumeWebhookRequests(await readLedger(clients.dynamodb, stack.tableName), {
    client: clients.sqs,
    queueUrl: stack.queueUrls['OperationsQueue'] ?? '',
  })
  const listeners: ((letter: DeadLetterSeen) => void)[] = []
  const onDeadLetter = (letter: DeadLetterSeen) => {
    for (const listener of listeners) listener(letter)
  }
  const heard: Heard = { onOutcome: deps.onOutcome, onDeadLetter: listener => void listeners.push(listener) }
  const [summary, circle] = await Promise.all([
    runRequests({ ...deps, read, stack, clients, directory, readQuotas, onDeadLetter }),
    ground.runCircle?.(heard),
  ])
  if (signal.aborted) {
    const hint = settings.mode === 'sandbox' && settings.fresh ? ', without --fresh,' : ''
    print(`Interrupted. The same command${hint} continues the run; nothing is executed twice.`)
    return interruptedCode
  }
  const entries = await readLedger(clients.dynamodb, stack.tableName)
  const judgement = judgeRun(
    { read, summary, entries, effects: sandbox?.effects(), effectsBefore, circle },
    deps.isLive,
  )
  print(`\n${judgement.text}`)
  const [letters, log] = ['dead-letters.jsonl', 'functions.log'].map(name => showPath(join(directory, name)))
  print(`Dead letters: ${letters}`)
  print(`Log of the functions: ${log}`)
  return judgement.isProven ? 0 : 1
}

function describeTarget(settings: StartSettings): string {
  if (settings.mode === 'api') return `to store ${settings.storeHash} at ${settings.apiBaseUrl}`
  if (settings.faults === undefined) return 'to the sandbox'
  const percent = Number((settings.faults.rate * 100).toFixed(2))
  return `to the sandbox, faults on ${percent} % of its calls, seed ${settings.faults.seed}`
}

const showPath = (path: string): string => relative('', path) || '.'
