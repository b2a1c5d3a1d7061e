// What npm scripts start that is TypeScript: bundled into dist/ and run there, with the commit in its environment.
import { execFileSync, spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'

const root = resolve(import.meta.dirname, '..')

/** Bundles `entry`, a path in the repository, and returns the file. `options` are esbuild's. */
export async function bundleProgram(entry, target, options = {}) {
  const outfile = join(root, 'dist', target)
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    logLevel: 'error',
    ...options,
  })
  return outfile
}

/** Bundles and runs it with this process's arguments; its exit code becomes ours. */
export async function runBundled(entry, target) {
  runProgram(await bundleProgram(entry, target))
}

/** Runs a bundled program with this process's arguments; its exit code becomes ours. */
export function runProgram(program) {
  const child = spawn(process.execPath, [program, ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PAYOPS_COMMIT: readCommit() },
  })
  child.on('close', code => {
    process.exitCode = code ?? 1
  })
}

function readCommit() {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim()
  } catch {
    // Outside a checkout a violation is told without its commit.
    return 'unknown'
  }
}
