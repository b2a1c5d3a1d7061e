import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe } from '@jest/globals'
import { areToolsRequired, findTool } from '../support/find-tool.js'

/** A program that only judges the project. `.ci/judges/install` puts all of them beside it. */
export type Judge = { program: string; variable: string; place: string[] }

const judgesDirectory = resolve(import.meta.dirname, '..', '..', '.ci', 'judges')

export const motoServer: Judge = {
  program: 'moto_server',
  variable: 'PAYOPS_MOTO_SERVER',
  place: ['venv', 'bin', 'moto_server'],
}
export const dynamoDbLocal: Judge = {
  program: 'DynamoDBLocal.jar',
  variable: 'PAYOPS_DYNAMODB_LOCAL',
  place: ['package', 'emulator', 'DynamoDBLocal.jar'],
}

/** Where the variable says, else beside the project in the version that is pinned, else on PATH. */
export const findJudge = ({ program, variable, place }: Judge): string | undefined =>
  [process.env[variable], join(judgesDirectory, ...place), findTool(program)].find(
    path => path !== undefined && existsSync(path),
  )

/** As `describe`. Without the judge the tests are skipped, and say so; where judges are required they run and fail. */
export function describeJudgedBy(judge: Judge, name: string, tests: () => void): void {
  const isJudged = findJudge(judge) !== undefined || areToolsRequired
  if (!isJudged) console.warn(`${name}: skipped, for want of ${judge.program} (.ci/judges/install)`)
  const run = isJudged ? describe : describe.skip
  run(name, tests)
}

/** Its path, or an error that says how to get it. */
export function requireJudge(judge: Judge): string {
  const path = findJudge(judge)
  if (path === undefined) throw new Error(`${judge.program} is missing: run .ci/judges/install`)
  return path
}
