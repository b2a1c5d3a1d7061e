#!/usr/bin/env node
// `npx payops` under whatever Node the shell has: the command itself runs on the Node that is tested and deployed. Plain
// JavaScript without a dependency, because it has to start on Node 20.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const root = resolve(import.meta.dirname, '..')
const command = join(root, 'dist/cli/payops.mjs')
const node24 = join(root, 'node_modules/node/bin/node')

if (!existsSync(command)) {
  process.stderr.write('payops: not built yet: npm run build\n')
  process.exitCode = 1
} else if (Number(process.versions.node.split('.')[0]) >= 24) {
  await import(pathToFileURL(command).href)
} else {
  const child = spawn(node24, [command, ...process.argv.slice(2)], { stdio: 'inherit' })
  // The terminal sends Ctrl-C to both; what it means is the command's to say.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  child.on('error', error => {
    process.stderr.write(`payops: Node 24 could not be started (${error.code}): npm ci\n`)
    process.exitCode = 1
  })
  child.on('close', (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0)
  })
}
