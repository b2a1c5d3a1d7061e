import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { startNode } from '../support/run-command.js'

// The built command, as a person runs it: its output and its exit code. Each test has a directory of its own.

const sentinel = 'SENTINEL-token-4711'
const directories: string[] = []

const start = (directory: string, ...options: string[]) =>
  startNode(['dist/cli/payops.mjs', 'start', '--directory', directory, ...options])

function makeDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'payops-cli-'))
  directories.push(directory)
  return directory
}

function writeRequests(...lines: string[]): { directory: string; file: string } {
  const directory = makeDirectory()
  const file = join(directory, 'requests.jsonl')
  writeFileSync(file, lines.join('\n'))
  return { directory, file }
}

const apply = (paymentId: number, requestId = `apply-${paymentId}`) =>
  JSON.stringify({ requestId, paymentId, operationCode: 0 })

beforeAll(async () => {
  const built = await startNode(['scripts/build.mjs', '--quiet']).ended
  if (built.code !== 0) throw new Error(built.stderr)
})

afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true })
})

describe('payops start', () => {
  it('carries out a file to the table and the proof, beside bad lines that are named', async () => {
    const { directory, file } = writeRequests(apply(120), apply(120), '{"paymentId":117', apply(129), '')
    const { code, stdout } = await start(directory, '--file', file).ended
    expect(stdout).toMatch(/succeeded: performed +1$/m)
    expect(stdout).toMatch(/failed: OPERATION_NOT_ALLOWED +1 {2}apply-129:/)
    expect(stdout).toMatch(/duplicates, not executed +1$/m)
    expect(stdout).toMatch(/bad lines +1 {2}line 3: the body is not JSON/)
    expect(stdout).toContain('effects in the store: 1, expected: 1')
    expect(code).toBe(0)
  })

  it('executes nothing when the same file is run again, and says so', async () => {
    const { directory, file } = writeRequests(apply(120), '{"paymentId":121,"operationCode":0}')
    await start(directory, '--file', file).ended
    const { code, stdout } = await start(directory, '--file', file).ended
    expect(stdout).toMatch(/succeeded: performed +2$/m)
    expect(stdout).toContain('effects in the store: 2, expected: 2')
    expect(stdout).toContain('2 of the effects are of earlier runs; this run added 0.')
    expect(code).toBe(0)
  })

  it('forgets the sandbox and its ledger with --fresh', async () => {
    const { directory, file } = writeRequests(apply(120))
    await start(directory, '--file', file).ended
    const { stdout } = await start(directory, '--file', file, '--fresh').ended
    expect(stdout).not.toContain('earlier runs')
  })

  it('continues after kill -9 and does every request exactly once', async () => {
    const ids = Array.from({ length: 60 }, (_, index) => 101 + index).filter(id => id % 10 < 5)
    const { directory, file } = writeRequests(...ids.map(id => apply(id)))
    const first = start(directory, '--file', file)
    await first.sees('of 30 done')
    first.kill('SIGKILL')
    expect((await first.ended).code).toBeNull()
    const { code, stdout } = await start(directory, '--file', file).ended
    expect(stdout).toContain('effects in the store: 30, expected: 30')
    expect(code).toBe(0)
  })

  it('shows with the example requests how the payment of a changed order follows, after kill -9 as well', async () => {
    const directory = makeDirectory()
    const first = start(directory)
    await first.sees('of 80 done')
    first.kill('SIGKILL')
    await first.ended
    const { code, stdout } = await start(directory).ended
    expect(stdout).toMatch(
      /^webhooks: order 5148 changed, and payment 148 followed by itself, [\d.]+ s later:$/m,
    )
    expect(stdout).toContain('told twice, as a store does now and then; pulled once')
    expect(stdout).toContain('the proof holds')
    expect(code).toBe(0)
  })

  it('ends cleanly on Ctrl-C and says how to continue', async () => {
    const { directory, file } = writeRequests(
      JSON.stringify({ storeHash: 'ghost99', paymentId: 1, operationCode: 0 }),
    )
    const running = start(directory, '--file', file)
    await running.sees('0 of 1 done')
    running.kill('SIGINT')
    const { code, stdout } = await running.ended
    expect(stdout).toContain('The same command continues the run')
    expect(code).toBe(130)
    expect(readdirSync(directory).filter(name => name.endsWith('.lock'))).toEqual([])
  })

  it('prints endpoints for the AWS CLI with --watch and stays up until Ctrl-C', async () => {
    const running = start(makeDirectory(), '--watch')
    await running.sees('Ctrl-C ends it')
    running.kill('SIGINT')
    const { code, stdout } = await running.ended
    expect(stdout).toMatch(/^export AWS_ENDPOINT_URL_SQS=http:\/\/127\.0\.0\.1:\d+$/m)
    expect(stdout).toMatch(/^OperationsQueue: http.*payops-local-operations\.fifo$/m)
    expect(stdout).toMatch(/^export WEBHOOK_URL=http:\/\/127\.0\.0\.1:\d+\/$/m)
    expect(stdout).toMatch(/^export WEBHOOK_QUEUE_URL=http.*payops-local-webhooks\.fifo$/m)
    expect(code).toBe(0)
  })

  it('keeps every dead letter on disk, byte for byte', async () => {
    const { directory, file } = writeRequests('not json, but kept')
    await start(directory, '--file', file).ended
    const letter: unknown = JSON.parse(
      readFileSync(join(directory, 'sandbox', 'dead-letters.jsonl'), 'utf8').trim(),
    )
    expect(letter).toMatchObject({
      body: 'not json, but kept',
      attributes: { errorCode: 'INVALID_REQUEST', source: 'sqs' },
    })
  })

  it('ends with 1 and says so when there is nothing to do', async () => {
    const { directory, file } = writeRequests('', '  ')
    const { code, stdout } = await start(directory, '--file', file).ended
    expect(stdout).toContain('has no line: there is nothing to do')
    expect(code).toBe(1)
  })

  it.each([
    ['a missing file', ['--file', '/nowhere/requests.jsonl'], 'there is no file /nowhere/requests.jsonl'],
    ['a directory for a file', ['--file', '/tmp'], '/tmp is a directory'],
    ['an unknown option', ['--filee', 'x'], "unknown option '--filee'"],
    ['an argument without its option', ['requests.jsonl'], 'too many arguments'],
    ['--fresh with --api', ['--api', 'https://example.com', '--fresh'], '--fresh: not with --api'],
  ])('refuses %s as wrong usage', async (_, options, message) => {
    const { code, stderr } = await start(makeDirectory(), ...options).ended
    expect(stderr).toContain(message)
    expect(stderr).toContain('npm start -- --help')
    expect(code).toBe(2)
  })

  it('refuses lines for another store than the one of --api before anything is sent', async () => {
    const { directory, file } = writeRequests(
      apply(117),
      JSON.stringify({ storeHash: 'other', paymentId: 1, operationCode: 0 }),
    )
    const api = ['--api', 'http://127.0.0.1:9/x', '--store', 'mine', '--file', file]
    const argv = ['dist/cli/payops.mjs', 'start', '--directory', directory, ...api]
    const { code, stderr } = await startNode(argv, { B2B_ACCESS_TOKEN: sentinel }).ended
    expect(stderr).toContain('line 2 is for other; nothing was sent')
    expect(code).toBe(2)
  })

  it('does not print a token that was typed where none belongs', async () => {
    const { code, stderr } = await start(makeDirectory(), `--token=${sentinel}`).ended
    expect(stderr).toContain('unknown option')
    expect(stderr).not.toContain(sentinel)
    expect(code).toBe(2)
  })

  it('keeps the token of --api out of everything printed and kept', async () => {
    const { directory, file } = writeRequests(apply(117))
    const api = ['--api', 'http://127.0.0.1:9/x', '--store', 'mine', '--file', file]
    const argv = ['dist/cli/payops.mjs', 'start', '--directory', directory, ...api]
    const running = startNode(argv, { B2B_ACCESS_TOKEN: sentinel })
    await running.sees('0 of 1 done')
    running.kill('SIGINT')
    const { stdout, stderr } = await running.ended
    const kept = readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .map(name => join(directory, name))
      .filter(path => statSync(path).isFile())
    expect(kept.length).toBeGreaterThan(1)
    for (const text of [stdout, stderr, ...kept.map(path => readFileSync(path, 'latin1'))]) {
      expect(text).not.toContain(sentinel)
    }
  })

  it('explains itself with --help', async () => {
    const { code, stdout } = await startNode(['dist/cli/payops.mjs', 'start', '--help']).ended
    for (const option of [
      '--file',
      '--watch',
      '--faults',
      '--seed',
      '--fresh',
      '--api',
      '--store',
      'B2B_ACCESS_TOKEN',
    ]) {
      expect(stdout).toContain(option)
    }
    expect(code).toBe(0)
  })
})
