import { credentialsLimitMs, resendDelayMs } from '../backoff.js'
import type { Refusal } from '../errors.js'
import type { Moment } from '../next-step.js'
import { asEpochMs, type EpochMs } from '../time.js'
import type { OrderWatch } from './order-watch.js'

/** Why a look at an order could not be made, where neither the quota nor our own ground is the reason. */
export type Trouble =
  /** It may succeed later: a lost answer, a server error, a store that cannot be reached. */
  | { trouble: 'failed'; message: string; httpStatus?: number }
  /** It never will. */
  | { trouble: 'refused'; message: string; httpStatus?: number }
  | { trouble: 'credentials'; lack: Refusal; nextTryAt: EpochMs }

/** `refusal`: no further look is made for these webhooks, a person has to see them. */
export type AfterTrouble = { watch: OrderWatch } & ({ returnAt: EpochMs } | { refusal: Refusal })

/** Both have to be reached: a store that is down for minutes sends nothing to the dead-letter queue. */
const failuresMax = 6
const failingMaxMs = 3_600_000

/** The webhooks stay those of the begun look, also when they are given up: a redrive of one then makes that look again. */
export function afterTrouble(watch: OrderWatch, trouble: Trouble, moment: Moment): AfterTrouble {
  switch (trouble.trouble) {
    case 'refused':
      return giveUp(watch, 'REJECTED_BY_API', trouble)
    case 'failed':
      return afterFailure(watch, trouble, moment)
    case 'credentials': {
      // Whatever else fails in between, a probe that gets no answer for one, says nothing of the credentials.
      const since = watch.lackingSince ?? moment.now
      const limit = asEpochMs(since + credentialsLimitMs * moment.delayScale)
      if (moment.now >= limit) return { watch: calm(watch), refusal: trouble.lack }
      const returnAt = asEpochMs(Math.min(trouble.nextTryAt, limit))
      return { watch: { ...watch, lackingSince: since }, returnAt }
    }
  }
}

function afterFailure(
  watch: OrderWatch,
  trouble: Extract<Trouble, { message: string }>,
  { now, roll, delayScale }: Moment,
): AfterTrouble {
  const failures = watch.failures + 1
  const since = watch.failures === 0 ? now : (watch.failingSince ?? now)
  if (failures > failuresMax && now - since >= failingMaxMs * delayScale)
    return giveUp(watch, 'RETRIES_EXHAUSTED', {
      ...trouble,
      message: `${failures} looks at the order failed: ${trouble.message}`,
    })
  // A minute, then twice as long each time, to a quarter of an hour.
  const delayMs = resendDelayMs(failures + 1, roll) * delayScale
  return { watch: { ...watch, failures, failingSince: since }, returnAt: asEpochMs(now + delayMs) }
}

function giveUp(
  watch: OrderWatch,
  code: Refusal['code'],
  { message, httpStatus }: { message: string; httpStatus?: number },
): AfterTrouble {
  return {
    watch: calm(watch),
    refusal: { code, message, ...(httpStatus !== undefined && { httpStatus }) },
  }
}

const calm = ({ failingSince: _, lackingSince: __, ...watch }: OrderWatch): OrderWatch => ({
  ...watch,
  failures: 0,
})
