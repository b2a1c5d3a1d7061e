import type { BenchStore } from './protocol.js'

/** The one store of the bench. Its token opens nothing: the world is on loopback and takes any. */
export const benchStore: BenchStore = {
  storeHash: 'luma7x2',
  token: 'bench-token',
  secretName: 'payops/luma7x2',
}
