/** What was generated and what became of it. */
export type Tally = {
  generated: number
  valid: number
  invalid: Record<string, number>
  records: number
  envelopes: number
  malformed: number
  writes: number
}

export const noTally = (): Tally => ({
  generated: 0,
  valid: 0,
  invalid: {},
  records: 0,
  envelopes: 0,
  malformed: 0,
  writes: 0,
})

export function addTallies(tallies: Tally[]): Tally {
  const sum = noTally()
  for (const tally of tallies) {
    for (const key of ['generated', 'valid', 'records', 'envelopes', 'malformed', 'writes'] as const)
      sum[key] += tally[key]
    for (const [reason, count] of Object.entries(tally.invalid))
      sum.invalid[reason] = (sum.invalid[reason] ?? 0) + count
  }
  return sum
}

/** The first reason of a refusal, without what is peculiar to one request. */
export function reasonOf(message: string): string {
  const [first = ''] = message.split('; ')
  if (first.startsWith('the body is not JSON')) return 'the body is not JSON'
  if (/^the body has \d+ bytes/.test(first)) return 'the body has too many bytes'
  if (first.endsWith(': unknown key')) return 'an unknown key'
  if (first.startsWith('metadata.')) return 'metadata.*: must be a string'
  if (first.startsWith('type: must be one of')) return 'type: must be one of the types'
  return first.replace(/\.\d+/, '.n')
}
