import { errorCodes } from '../../core/errors.js'
import { WrongUsage } from '../wrong-usage.js'

/** What was typed, as commander hands it over: untrusted text. */
export type OperateOptions = {
  store?: string
  stage?: string
  json?: boolean
  reason?: string
  payment?: string
  older?: string
}

export type OperateSettings = {
  store?: string
  stage?: string
  json: boolean
  /** An error code, or `none` for what SQS itself moved. */
  reason?: string
  paymentId?: number
  olderMs?: number
}

const reasons = [...errorCodes, 'none']
const unitMs: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Options to settings, or `WrongUsage` with everything that does not fit; `payment` may come as an argument. */
export function parseOperateSettings({
  store,
  stage,
  json,
  reason,
  payment,
  older,
}: OperateOptions): OperateSettings {
  const paymentId = payment === undefined || !/^\d+(\.\d+)?$/.test(payment) ? 0 : Number(payment)
  const [, amount, unit = ''] = /^(\d{1,6})([smhd])$/.exec(older ?? '') ?? []
  const problems = [
    ...(store !== undefined && !/^[a-z0-9]{1,32}$/.test(store)
      ? ['--store: a store hash is 1 to 32 characters of a-z 0-9']
      : []),
    ...(stage !== undefined && !/^[A-Za-z0-9-]{1,40}$/.test(stage)
      ? ['--stage: must be the name of a stage, such as prod']
      : []),
    ...(reason !== undefined && !reasons.includes(reason)
      ? [`--reason: must be one of ${reasons.join(', ')}`]
      : []),
    ...(payment !== undefined && (paymentId <= 0 || !Number.isFinite(paymentId))
      ? ['a payment is a positive number, such as 117']
      : []),
    ...(older !== undefined && amount === undefined
      ? ['--older: a number with s, m, h or d, such as 90m or 2h']
      : []),
  ]
  if (problems.length > 0) throw new WrongUsage(problems)
  return {
    json: json === true,
    ...(store !== undefined && { store }),
    ...(stage !== undefined && { stage }),
    ...(reason !== undefined && { reason }),
    ...(payment !== undefined && { paymentId }),
    ...(amount !== undefined && { olderMs: Number(amount) * (unitMs[unit] ?? 0) }),
  }
}
