// dynalite is CommonJS without types; this is the part of it that the stack uses.
declare module 'dynalite' {
  import type { Server } from 'node:http'

  type DynaliteOptions = {
    /** LevelDB directory; absent: memory. */
    path?: string
    createTableMs?: number
    deleteTableMs?: number
    updateTableMs?: number
  }

  /** Closing the server closes the database as well, once its operations are done. */
  export default function dynalite(options?: DynaliteOptions): Server
}
