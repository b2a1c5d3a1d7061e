import { TemplateError } from './declaration.js'

const UNIT_MS: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 }

/** `rate(15 minutes)` to milliseconds. EventBridge's cron form is not made here, and says so. */
export function parseRate(expression: unknown, path: string): number {
  const match = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(String(expression))
  const periodMs = Number(match?.[1]) * (UNIT_MS[match?.[2] ?? ''] ?? 0)
  if (periodMs > 0) return periodMs
  throw new TemplateError(
    `${path}: the schedule "${String(expression)}" is not known to the embedded stack, only rate(…) is`,
  )
}
