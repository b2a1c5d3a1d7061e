import type { Command } from 'commander'
import type { OperateDeps } from '../operate/open-app.js'

/** Runs a command's work with what it needs from outside; what it returns is the exit code. */
export type Run = (work: (deps: OperateDeps) => Promise<number>) => Promise<void>

/** Adds a group of commands to the program. */
export type Register = (program: Command, run: Run) => void
