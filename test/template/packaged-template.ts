import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atTheEnd } from '../support/endings.js'
import { runNode } from '../support/run-command.js'

/** What `serverless package` writes, and where. */
export async function packageTemplate(): Promise<{ path: string; json: unknown }> {
  const directory = await mkdtemp(join(tmpdir(), 'payops-template-'))
  atTheEnd(() => rm(directory, { recursive: true, force: true }))
  const ended = await runNode([
    'node_modules/serverless/bin/serverless.js',
    'package',
    '--package',
    directory,
  ])
  if (ended.code !== 0) throw new Error(`${ended.stdout}\n${ended.stderr}`)
  const path = join(directory, 'cloudformation-template-update-stack.json')
  return { path, json: JSON.parse(await readFile(path, 'utf8')) }
}

/** A copy in which what stands at each path is another value; `undefined` takes it away. A path that leads nowhere is an error. */
export function alterTemplate(json: unknown, changes: Record<string, unknown>): unknown {
  const copy = structuredClone(json)
  for (const [path, value] of Object.entries(changes)) {
    const keys = path.split('.')
    const last = keys.pop() ?? ''
    const holder = keys.reduce<unknown>((node, key) => readKey(node, key, path), copy)
    if (typeof holder !== 'object' || holder === null) throw new Error(`${path} leads nowhere`)
    if (value === undefined) delete (holder as Record<string, unknown>)[last]
    else (holder as Record<string, unknown>)[last] = value
  }
  return copy
}

function readKey(node: unknown, key: string, path: string): unknown {
  const found = (node as Record<string, unknown> | undefined)?.[key]
  if (found === undefined) throw new Error(`${path} leads nowhere at ${key}`)
  return found
}
