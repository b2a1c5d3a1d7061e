declare const epochMs: unique symbol

/** An instant: milliseconds since 1970 in UTC. Seconds exist only where DynamoDB's TTL and the API speak. */
export type EpochMs = number & { readonly [epochMs]: true }

export const asEpochMs = (ms: number): EpochMs => ms as EpochMs

/** Time as a port: sleeping belongs to the clock, so that virtual time and waiting cannot disagree. */
export type Clock = {
  now(): EpochMs
  /** Resolves after `ms` milliseconds, or at once when `signal` is aborted; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** Chance as a port. */
export type Random = {
  /** 0 (included) to 1 (excluded). */
  next(): number
  uuid(): string
}
