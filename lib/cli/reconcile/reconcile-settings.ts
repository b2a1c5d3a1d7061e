import { statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { WrongUsage } from '../wrong-usage.js'

/** What was typed, as commander hands it over: untrusted text. */
export type ReconcileOptions = {
  store?: string[]
  apply?: boolean
  full?: boolean
  out?: string
  csv?: string
  html?: string
  json?: boolean
  stage?: string
}

export type ReportFiles = { out?: string; csv?: string; html?: string }

export type ReconcileSettings = {
  /** Absent: every store that has a secret. */
  stores?: string[]
  dryRun: boolean
  mode: 'auto' | 'full'
  files: ReportFiles
  json: boolean
  stage?: string
}

const fileOptions = ['out', 'csv', 'html'] as const

/** Options to settings, or `WrongUsage` with everything that does not fit. A file that cannot be written is told before the sweep. */
export function parseReconcileSettings(options: ReconcileOptions): ReconcileSettings {
  const problems: string[] = []
  const stores = [...new Set(options.store ?? [])]
  if (stores.some(store => !/^[a-z0-9]{1,32}$/.test(store)))
    problems.push('--store: a store hash is 1 to 32 characters of a-z 0-9')
  const { stage } = options
  if (stage !== undefined && !isStage(stage))
    problems.push('--stage: must be the name of a stage, such as prod')
  const files = readFiles(options, problems)
  if (problems.length > 0) throw new WrongUsage(problems)
  return {
    dryRun: options.apply !== true,
    mode: options.full === true ? 'full' : 'auto',
    json: options.json === true,
    files,
    ...(stores.length > 0 && { stores }),
    ...(stage !== undefined && { stage }),
  }
}

const isStage = (text: string): boolean => /^[A-Za-z0-9-]{1,40}$/.test(text)

function readFiles(options: ReconcileOptions, problems: string[]): ReportFiles {
  const files: ReportFiles = {}
  for (const name of fileOptions) {
    const file = options[name]
    if (file === undefined) continue
    const problem = file === '' ? 'needs the name of a file' : whyUnwritable(resolve(file))
    if (problem !== undefined) problems.push(`--${name}: ${problem}`)
    if (Object.values(files).some(other => resolve(other) === resolve(file)))
      problems.push(`--${name}: ${file} is named twice; each report needs a file of its own`)
    files[name] = file
  }
  return files
}

function whyUnwritable(file: string): string | undefined {
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) return `${file} is a directory`
  const directory = dirname(file)
  return statSync(directory, { throwIfNoEntry: false })?.isDirectory()
    ? undefined
    : `there is no directory ${directory}`
}
