import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../../core/time.js'
import { WrongUsage } from '../wrong-usage.js'

export type RunDirectory = { path: string; release(): void }

export type RunDirectoryOptions = {
  parent: string
  name: string
  /** Forget what is there first. */
  fresh: boolean
  clock: Clock
  signal: AbortSignal
  /** How long to wait for another run to end. */
  patienceMs: number
  onWait(holder: number): void
}

/** Another run has the directory, and did not end in time. */
export class DirectoryInUse extends Error {}

/**
 * Opens the directory of a run, for one run at a time: two would share a ledger and a store on disk. The lock names the process
 * that holds it; one left behind by kill -9 is recognised and taken over, one whose run is alive is waited for.
 */
export async function openRunDirectory(options: RunDirectoryOptions): Promise<RunDirectory> {
  const { parent, name, clock, signal } = options
  makeParent(parent)
  const lock = join(parent, `${name}.lock`)
  const giveUpAt = clock.now() + options.patienceMs
  let announced = false
  while (!takeLock(lock)) {
    const holder = readHolder(lock)
    if (holder === undefined) continue
    if (signal.aborted || clock.now() >= giveUpAt) {
      throw new DirectoryInUse(
        `another run (process ${holder}) is using ${join(parent, name)}; stop it, or wait for its end, then try again`,
      )
    }
    if (!announced) options.onWait(holder)
    announced = true
    await clock.sleep(200, signal)
  }
  const path = join(parent, name)
  if (options.fresh) rmSync(path, { recursive: true, force: true })
  mkdirSync(path, { recursive: true, mode: 0o700 })
  return { path, release: () => rmSync(lock, { force: true }) }
}

function makeParent(parent: string): void {
  try {
    mkdirSync(parent, { recursive: true, mode: 0o700 })
  } catch (error) {
    // What stands in the way was named on the command line.
    if (!isCode(error, 'EEXIST') && !isCode(error, 'ENOTDIR') && !isCode(error, 'EACCES')) throw error
    throw new WrongUsage([`--directory: ${parent} cannot be made or used as a directory`])
  }
}

function takeLock(lock: string): boolean {
  try {
    const file = openSync(lock, 'wx', 0o600)
    writeSync(file, describeSelf())
    closeSync(file)
    return true
  } catch (error) {
    // The lock is there already: the ordinary answer, and the caller finds out whose it is. Anything else is no lock at all.
    if (!isCode(error, 'EEXIST')) throw error
    return false
  }
}

/** Process id and, where the system tells it, the time it was started: ids are given out again. */
const describeSelf = (): string => `${process.pid} ${startOf(process.pid)}`

/** The process that holds the lock. Undefined when there is none any more: then the stale lock is out of the way as well. */
function readHolder(lock: string): number | undefined {
  const text = readIfThere(lock)
  if (text === undefined) return undefined
  const [pid = '', start = ''] = text.split(' ')
  if (/^\d+$/.test(pid) && isAlive(Number(pid)) && startOf(Number(pid)) === start) return Number(pid)
  try {
    // Renamed before it is removed: of two runs that find the same stale lock, one moves it and the other finds it gone.
    renameSync(lock, `${lock}.${process.pid}`)
    rmSync(`${lock}.${process.pid}`)
  } catch (error) {
    // Gone already: the other run was quicker.
    if (!isCode(error, 'ENOENT')) throw error
  }
  return undefined
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // No such process is the answer that was asked for; one of another user's is alive, too.
    return isCode(error, 'EPERM')
  }
}

/** Linux tells in the 22nd field of stat, the 20th after the name in brackets, which may hold spaces itself. */
function startOf(pid: number): string {
  const stat = readIfThere(`/proc/${pid}/stat`)
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '-'
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    // Not there is an answer here: the lock was just released, or the system has no /proc.
    if (isCode(error, 'ENOENT') || isCode(error, 'ESRCH')) return undefined
    throw error
  }
}

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code
