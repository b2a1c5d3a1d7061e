import type { Contender, ContenderName } from './contenders.js'
import type { Deployment } from './deployment.js'
import type { DoorMeasured } from './door/measure-door.js'
import type { Load, Measurement } from './measure-contender.js'
import type { Growth } from './measure-growth.js'
import { type Summary, summarise } from './summary.js'

/** Everything that one run found; the document is made of this and of nothing else. */
export type BenchResult = {
  run: {
    command: string
    commit: string
    date: string
    node: string
    cpu: string
    cores: number
    memoryGb: number
  }
  rounds: number
  load: Load
  deployment: Deployment
  contenders: Measured[]
  /** payops before the sandbox and the emulators; absent where only a part was run. */
  emulated: Emulated | undefined
  growth: Growth[]
  door?: DoorMeasured
}

export type Emulated = Pick<Measurement, 'messagesPerSecond' | 'cpuMsPerMessage' | 'worldCpuMsPerMessage'>

export type Measured = Contender & { measurements: Measurement[] }

type NumberKey = {
  [K in keyof Measurement]: Measurement[K] extends number ? K : never
}[keyof Measurement]

export function summaryOf({ measurements }: Measured, key: NumberKey | 'coldMs'): Summary {
  return summarise(
    measurements.map(measurement =>
      key === 'coldMs' ? measurement.importMs + measurement.firstMs : measurement[key],
    ),
  )
}

export function findMeasured(result: BenchResult, name: ContenderName): Measured {
  const found = result.contenders.find(contender => contender.name === name)
  if (found === undefined) throw new Error(`${name} was not measured`)
  return found
}
