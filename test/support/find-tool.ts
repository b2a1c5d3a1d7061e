import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe } from '@jest/globals'

/** A program on PATH, where a person would find it; the project installs none of those that only judge it. */
export const findTool = (name: string): string | undefined =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .map(folder => join(folder, name))
    .find(existsSync)

/** CI sets it: there, what is not judged has failed. */
export const areToolsRequired = process.env['PAYOPS_REQUIRE_JUDGES'] === '1'

/** `describe` where the tool is there. Without it the tests are skipped, and say so; where tools are required they run and fail. */
export function describeWithTool(tool: string): typeof describe | typeof describe.skip {
  if (findTool(tool) !== undefined || areToolsRequired) return describe
  console.warn(`${tool} is not on PATH: what needs it is skipped`)
  return describe.skip
}
