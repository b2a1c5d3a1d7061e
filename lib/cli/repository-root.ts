import { resolve } from 'node:path'

/** The same from lib/cli/ and from the bundle in dist/cli/: both lie two levels below the root. */
export const repositoryRoot = resolve(import.meta.dirname, '..', '..')
