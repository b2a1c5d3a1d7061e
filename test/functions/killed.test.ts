import type { Message } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Surroundings, startSurroundings } from '../support/built-worker.js'
import { drainQueue } from '../support/drain-queue.js'
import { endAll } from '../support/endings.js'
import { createGate } from '../support/gate.js'
import { isLook, isWrite, type KindTrials, killAtEveryCall, trialsMax } from '../support/kill-every-call.js'
import { kinds, seedKinds } from '../support/kill-kinds.js'
import type { Trial } from '../support/kill-trial.js'
import { scanTable } from '../support/scan-table.js'
import { expectNoSentinel } from '../support/sentinel.js'
import { settleAll } from '../support/settle-all.js'

/**
 * The built bundle in containers that die by SIGKILL at each awaited call of each kind of request, before the call is made
 * and after it is answered; the message is then delivered to fresh ones. Every first death is tried, of the second deaths one
 * in eight: PAYOPS_KILLS=all tries them all, which takes four minutes.
 */
const stride = process.env['PAYOPS_KILLS'] === 'all' ? 1 : 8
/** Two cores start no more of them at a time without slowing each down. */
const containersAtOnce = 6

let surroundings: Surroundings
let trialsByKind: Map<string, KindTrials>
let letters: Message[]

beforeAll(async () => {
  surroundings = await startSurroundings(seedKinds(trialsMax))
  const gate = createGate(containersAtOnce)
  const run = kinds.map(kind => killAtEveryCall(surroundings, gate, kind, { stride }))
  trialsByKind = new Map((await settleAll(run)).map(trials => [trials.kind.name, trials]))
  const { env, queueUrls } = surroundings.emulators
  letters = await drainQueue(env['AWS_ENDPOINT_URL_SQS'] ?? '', queueUrls['OperationsDeadLetterQueue'] ?? '')
}, 600_000)

afterAll(async () => {
  try {
    const { declaration, emulators, lines, events } = surroundings
    const endpoint = emulators.env['AWS_ENDPOINT_URL_DYNAMODB'] ?? ''
    expectNoSentinel(lines, events, letters, await scanTable(endpoint, declaration.table.name))
  } finally {
    await endAll()
  }
})

const outcomesOf = ({ requestId }: Trial) =>
  surroundings.events.filter(({ detail }) => detail['requestId'] === requestId).map(({ detail }) => detail)
const endingOf = (trial: Trial): string => {
  const { status, effect } = trial.ledger.outcome as { status: string; effect: string }
  return `${status} ${effect}`
}
/** What the trials show that they must not: where they were killed, and what came of it. */
const offences = (trials: Trial[], isRight: (trial: Trial) => boolean): string[] =>
  trials
    .filter(trial => !isRight(trial))
    .map(trial => `${trial.name}: ${JSON.stringify({ ...trial, kind: undefined })}`)

describe.each(kinds)('$name, killed at each awaited call', kind => {
  const trials = (): KindTrials => {
    const found = trialsByKind.get(kind.name)
    if (found === undefined) throw new Error(`no trials of ${kind.name}`)
    return found
  }
  const every = (): Trial[] => [trials().clean, ...trials().killed, ...trials().killedTwice]

  it('dies before and after each call of a clean delivery, and again while that is settled', () => {
    const { clean, killed, killedTwice } = trials()
    const [delivery] = clean.deliveries
    expect(clean.deliveries).toHaveLength(1)
    expect(delivery?.calls.length).toBeGreaterThanOrEqual(6)
    expect(killed).toHaveLength(2 * (delivery?.calls.length ?? 0))
    expect(killedTwice.length).toBeGreaterThan(0)
    const endings = (trial: Trial) => trial.deliveries.map(({ ended }) => ended)
    expect(offences(killed, trial => endings(trial).join() === 'killed,acknowledged')).toEqual([])
    expect(offences(killedTwice, trial => endings(trial).join() === 'killed,killed,acknowledged')).toEqual([])
  })

  it('changes the store exactly as often as it may', () => {
    const isExact = ({ effects, deliveries }: Trial) => {
      const changes = effects.filter(({ changed }) => changed).length
      const most = kind.repeatable ? deliveries.length : Math.max(...kind.changes)
      return kind.changes.includes(changes) && effects.length <= most
    }
    expect(offences(every(), isExact)).toEqual([])
    const isOurs = ({ effects }: Trial) =>
      effects.every(({ type, operationCode }) => `${type} ${operationCode}` === written)
    const written = `${kind.writes.type} ${kind.writes.operationCode}`
    expect(offences(every(), isOurs)).toEqual([])
    expect(offences(every(), ({ payment }) => kind.isDone?.(payment) ?? true)).toEqual([])
  })

  it('looks at the store before it writes what an earlier delivery may have written', () => {
    const looksFirst = ({ deliveries }: Trial) =>
      deliveries.every(({ calls }, index) => {
        const isHeir = deliveries.slice(0, index).some(earlier => earlier.calls.some(isWrite))
        const writeAt = calls.findIndex(isWrite)
        return !isHeir || writeAt === -1 || calls.slice(0, writeAt).some(isLook)
      })
    expect(offences(every(), looksFirst)).toEqual([])
  })

  it('ends in the ledger with an outcome that is true', () => {
    const isTrue = (trial: Trial) => {
      const [status, effect] = endingOf(trial).split(' ')
      const isThere = trial.effects.length > 0
      return (
        kind.endings.includes(endingOf(trial)) &&
        trial.ledger.state === status &&
        (effect === 'unknown' || isThere === (effect !== 'none'))
      )
    }
    expect(offences(every(), isTrue)).toEqual([])
    expect(kind.endings).toContain(endingOf(trials().clean))
  })

  it('tells the outcome of the ledger on the bus, and never another', () => {
    const tellsIt = (trial: Trial) => {
      const told = outcomesOf(trial).map(detail => JSON.stringify(detail))
      return told.length > 0 && told.every(text => text === JSON.stringify(trial.ledger.outcome))
    }
    expect(offences(every(), tellsIt)).toEqual([])
  })

  it('leaves one dead letter with the original body where it did not succeed, and none where it did', () => {
    const hasItsLetters = ({ body, ledger, requestId }: Trial) => {
      const own = letters.filter(({ Body }) => Body === body)
      const { error } = ledger.outcome as { error?: { code: string } }
      return (
        own.length === (ledger.state === 'succeeded' ? 0 : 1) &&
        own.every(
          ({ MessageAttributes }) =>
            MessageAttributes?.['errorCode']?.StringValue === error?.code &&
            MessageAttributes?.['requestId']?.StringValue === requestId,
        )
      )
    }
    expect(offences(every(), hasItsLetters)).toEqual([])
  })

  it('executes and calls nothing of the store on a further delivery', () => {
    const isQuiet = ({ effects, ledger, repeat }: Trial) =>
      repeat.ended === 'acknowledged' &&
      !repeat.calls.some(call => call.startsWith('API ')) &&
      repeat.effects.length === effects.length &&
      JSON.stringify(repeat.ledger) === JSON.stringify(ledger)
    expect(offences(every(), isQuiet)).toEqual([])
  })
})
