import { findTool } from '../support/find-tool.js'

/** Debian's own, from `apt-get install chromium`; the project downloads no browser. */
export const chromiumPath = findTool('chromium')

export const isChromiumHere = chromiumPath !== undefined
