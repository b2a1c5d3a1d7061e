import * as z from 'zod/mini'

const outcome = z.object({
  requestId: z.string(),
  storeHash: z.string(),
  status: z.enum(['succeeded', 'failed', 'inDoubt']),
  effect: z.enum(['performed', 'alreadyDone', 'confirmed', 'none', 'unknown']),
  attempts: z.number(),
  paymentId: z.optional(z.union([z.number(), z.string()])),
  error: z.optional(z.object({ code: z.string(), message: z.string() })),
})

/** An outcome as the run sees it: from the bus, or from a ledger entry. Fields that the run has no use for are left out. */
export type OutcomeSeen = z.output<typeof outcome>

/** Undefined where it is no outcome of ours: another event on the same bus. */
export function parseOutcome(value: unknown): OutcomeSeen | undefined {
  const parsed = z.safeParse(outcome, value)
  return parsed.success ? parsed.data : undefined
}
