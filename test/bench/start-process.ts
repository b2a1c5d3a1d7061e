import { type ChildProcess, fork } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { benchStore } from './bench-store.js'
import {
  benchTables,
  type Traffic,
  type WorkerAnswer,
  type WorkerQuestion,
  type WorldAnswer,
  type WorldQuestion,
} from './protocol.js'

/** `environment` is how a worker finds it. */
export type World = {
  environment: Record<string, string>
  ask(question: WorldQuestion): Promise<Traffic>
  stop(): Promise<void>
}
export type Worker<Question = WorkerQuestion, Answer = WorkerAnswer> = {
  ask(question: Question): Promise<Answer>
  /** What it has written to stdout, which Lambda would hand to CloudWatch. */
  loggedBytes(): number
  stop(): Promise<void>
}

export async function startWorld(program: string): Promise<World> {
  const child = fork(program, [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const first = (await nextMessage(child)) as Extract<WorldAnswer, { environment: object }>
  return {
    environment: first.environment,
    ask: question => ask<Traffic>(child, question),
    stop: () => stop(child),
  }
}

/** A fresh process with the environment that Lambda gives a function, which finds the world where AWS and the API would be. */
export function startWorker<Question extends object = WorkerQuestion, Answer = WorkerAnswer>(
  program: string,
  world: Pick<World, 'environment'>,
  environment: Record<string, string>,
): Worker<Question, Answer> {
  const folder = mkdtempSync(join(tmpdir(), 'payops-bench-'))
  const log = openSync(join(folder, 'log'), 'w')
  const child = fork(program, [], {
    stdio: ['ignore', log, 'inherit', 'ipc'],
    env: { ...lambdaEnvironment, ...world.environment, ...environment },
  })
  closeSync(log)
  return {
    ask: question => ask<Answer>(child, question),
    loggedBytes: () => statSync(join(folder, 'log')).size,
    stop: async () => {
      await stop(child)
      rmSync(folder, { recursive: true })
    },
  }
}

/** The same for all: each takes of it what it knows. */
const lambdaEnvironment: Record<string, string> = {
  PATH: process.env['PATH'] ?? '',
  TZ: ':UTC',
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_LAMBDA_FUNCTION_NAME: 'payops-bench-performOperations',
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  LAMBDA_TASK_ROOT: '/var/task',
  LOG_LEVEL: 'INFO',
  CREDENTIALS_SECRET_PREFIX: benchStore.secretName.replace(benchStore.storeHash, ''),
  // A clean message sends nothing to a queue.
  OPERATIONS_QUEUE_URL: 'http://127.0.0.1:9/000000000000/operations.fifo',
  DEAD_LETTER_QUEUE_URL: 'http://127.0.0.1:9/000000000000/operations-dlq.fifo',
  LEDGER_TABLE_NAME: benchTables.ledger,
  EVENT_BUS_NAME: 'payops-bench',
  IDEMPOTENCY_TABLE_NAME: benchTables.idempotency,
  BARE_TOKEN: benchStore.token,
}

function nextMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const settle = (done: () => void) => {
      child.removeAllListeners('message')
      child.removeAllListeners('exit')
      done()
    }
    child.once('message', message => settle(() => resolve(message)))
    child.once('exit', code => settle(() => reject(new Error(`a process of the bench ended with ${code}`))))
  })
}

function ask<T>(child: ChildProcess, question: object): Promise<T> {
  const answered = nextMessage(child)
  child.send(question)
  return answered as Promise<T>
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  const gone = new Promise<void>(resolve => child.once('exit', () => resolve()))
  child.disconnect()
  return gone
}
