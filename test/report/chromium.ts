import { existsSync } from 'node:fs'

/** Debian's own, from `apt-get install chromium`; the project downloads no browser. */
export const chromiumPath = '/usr/bin/chromium'

export const isChromiumHere = existsSync(chromiumPath)

/** CI sets it: there, what is not judged has failed. */
export const isChromiumRequired = process.env['PAYOPS_REQUIRE_JUDGES'] === '1'
