import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { atTheEnd } from './endings.js'
import { runNode } from './run-command.js'

const root = resolve(import.meta.dirname, '..', '..')
const cli = join(root, 'node_modules', 'serverless', 'bin', 'serverless.js')

/**
 * What `serverless package` makes of serverless.yml and the built functions, in a directory that goes away at the end. It keeps its state
 * beside serverless.yml while it works, so that two at a time need a copy each.
 */
export async function packageDeployment(...options: string[]): Promise<string> {
  const place = await mkdtemp(join(tmpdir(), 'payops-package-'))
  atTheEnd(() => rm(place, { recursive: true, force: true }))
  await cp(join(root, 'serverless.yml'), join(place, 'serverless.yml'))
  await cp(join(root, 'dist', 'functions'), join(place, 'dist', 'functions'), { recursive: true })
  const directory = join(place, 'package')
  const ended = await runNode([cli, 'package', '--package', directory, ...options], {}, place)
  if (ended.code !== 0) throw new Error(`${ended.stdout}\n${ended.stderr}`)
  return directory
}
