import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Debian's own, from `apt-get install chromium`, where a person would find it; the project downloads no browser. */
export const chromiumPath = (process.env['PATH'] ?? '')
  .split(delimiter)
  .map(folder => join(folder, 'chromium'))
  .find(existsSync)

export const isChromiumHere = chromiumPath !== undefined

/** CI sets it: there, what is not judged has failed. */
export const isChromiumRequired = process.env['PAYOPS_REQUIRE_JUDGES'] === '1'
