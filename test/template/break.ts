/** A way to break a rule, and it alone: by path into the resources of the packaged template. */
export type Break = { rule: string; how: string; changes: Record<string, unknown> }

export const breaksOf = (rule: string, ways: Record<string, Record<string, unknown>>): Break[] =>
  Object.entries(ways).map(([how, changes]) => ({ rule, how, changes }))
