import type { ReconcileDeps } from '../../lib/engine/reconcile/deps.js'
import { type Death, mortalPorts } from './mortal-ports.js'

const ports: (keyof ReconcileDeps)[] = [
  'ledger',
  'api',
  'credentials',
  'queue',
  'outcomes',
  'checkpoints',
  'stores',
  'letters',
  'reports',
]

/** A pass of reconciliation that dies at a call of one of its ports. */
export const mortalDeps = (deps: ReconcileDeps, death?: Death): { deps: ReconcileDeps; calls: string[] } =>
  mortalPorts(deps, ports, death)
