import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { packageDeployment } from '../support/package-deployment.js'

/** What `serverless package` writes, and where. */
export async function packageTemplate(): Promise<{ path: string; json: unknown }> {
  const directory = await packageDeployment()
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
