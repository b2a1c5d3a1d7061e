import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { resolve as absolute } from 'node:path'
import { systemClock } from '../../../lib/adapters/system.js'
import { type Reply, startRuntimeApi } from './runtime-api.js'

/** What an invocation came to: an answer of the container, or Lambda's own words where none came. */
export type Ending = Reply | { kind: 'exited'; code: number | null }
export type LambdaContainer = {
  invoke(event: unknown, timeoutMs: number): Promise<Ending>
  /** The same with an event that is JSON text already. */
  invokeText(event: string, timeoutMs: number): Promise<Ending>
  /** Everything that it printed, by line. */
  lines(): string[]
  /** No further invocation comes; resolves with how the process ended by itself, within `patienceMs`. */
  close(patienceMs: number): Promise<number | null | 'still there'>
  strangers: string[]
  /** The most memory that it ever held; undefined where the system does not tell. */
  peakMiB(): number | undefined
  /** Resolves when the process and its server are gone. */
  stop(): Promise<void>
}

const root = absolute(import.meta.dirname, '..', '..', '..')
const node = absolute(root, 'node_modules/node/bin/node')
const bootstrap = absolute(import.meta.dirname, 'bootstrap.mjs')

/** A bare Node 24 with the bootstrap, in a directory where the zip's files are and nothing else, with this environment and no other. */
export async function startLambdaContainer(
  taskRoot: string,
  env: Record<string, string>,
): Promise<LambdaContainer> {
  const api = await startRuntimeApi(
    `arn:aws:lambda:us-east-1:000000000000:function:${env['AWS_LAMBDA_FUNCTION_NAME']}`,
  )
  const child = spawn(node, [bootstrap], {
    cwd: taskRoot,
    env: { ...env, AWS_LAMBDA_RUNTIME_API: api.address, LAMBDA_TASK_ROOT: taskRoot },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text
    })
  }
  const exited = new Promise<number | null>(resolve => child.once('close', resolve))

  const within = async <T>(work: Promise<T>, ms: number): Promise<T | 'late'> => {
    const done = new AbortController()
    const late = systemClock.sleep(ms, done.signal).then(() => 'late' as const)
    try {
      return await Promise.race([work, late])
    } finally {
      done.abort()
    }
  }
  const invokeText = async (event: string, timeoutMs: number): Promise<Ending> => {
    const gone = exited.then(code => ({ kind: 'exited' as const, code }))
    const ending = await Promise.race([api.invoke(event, timeoutMs), gone])
    if (ending.kind !== 'timedOut') return ending
    // Lambda ends the container whose time is over, whatever it is at.
    child.kill('SIGKILL')
    await exited
    return ending
  }
  return {
    invokeText,
    invoke: (event, timeoutMs) => invokeText(JSON.stringify(event), timeoutMs),
    lines: () => printed.split('\n').filter(line => line !== ''),
    close: async patienceMs => {
      api.close()
      const code = await within(exited, patienceMs)
      return code === 'late' ? 'still there' : code
    },
    strangers: api.strangers,
    peakMiB: () => readPeakMiB(child.pid),
    stop: async () => {
      child.kill('SIGKILL')
      await exited
      await api.stop()
    },
  }
}

function readPeakMiB(pid: number | undefined): number | undefined {
  const file = `/proc/${pid}/status`
  const [, kib] = (existsSync(file) && /VmHWM:\s+(\d+) kB/.exec(readFileSync(file, 'utf8'))) || []
  return kib === undefined ? undefined : Number(kib) / 1024
}
