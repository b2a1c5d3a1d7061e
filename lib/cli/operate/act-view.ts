import { isoTime } from '../../core/outcome.js'
import type { Act } from '../../engine/ports.js'

/** What a person did by hand, as `--json` prints it; `original` and `changedTo` are bodies, byte for byte. */
export type ActView = Omit<Act, 'action' | 'at'> & { act: Act['action']; at: string }

/** An act beside the entries of a history. */
export const viewAct = ({ action, at, ...act }: Act): ActView => ({ act: action, at: isoTime(at), ...act })
