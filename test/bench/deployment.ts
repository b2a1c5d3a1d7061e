import { readFileSync } from 'node:fs'
import { readTemplate } from '../../lib/local/stack/read-template.js'

/** What serverless.yml says of performOperations, as far as it bears on cost and speed. */
export type Deployment = {
  memoryMb: number
  batchSize: number
  /** Options of Node itself, which belong to how payops is deployed. */
  nodeOptions: string | undefined
}

export function readDeployment(): Deployment {
  const declared = readTemplate(readFileSync('serverless.yml', 'utf8'), 'bench').functions[
    'performOperations'
  ]
  if (declared === undefined) throw new Error('serverless.yml declares no performOperations')
  const nodeOptions = declared.environment['NODE_OPTIONS']
  return {
    memoryMb: declared.memoryMb,
    batchSize: declared.queueSources[0]?.batchSize ?? 10,
    nodeOptions: typeof nodeOptions === 'string' ? nodeOptions : undefined,
  }
}
