import type { Answer } from '../../lib/core/answer.js'
import { asEpochMs, type Clock } from '../../lib/core/time.js'
import { createPacer, type Pacer } from '../../lib/engine/pacer.js'
import { type BatchDeps, performBatch } from '../../lib/engine/perform-batch.js'
import type { CredentialsResult, PaymentsApi } from '../../lib/engine/ports.js'
import { createServerClock } from '../../lib/engine/server-clock.js'
import { createQuota, type Quota, type QuotaRule } from '../../lib/local/sandbox/quota.js'
import { accessFor } from '../support/fake-store.js'
import { MemoryLedger } from '../support/memory-ledger.js'
import { seededRandom, VirtualClock } from '../support/virtual-clock.js'
import { type Ailment, firstPaymentId, type PlantedStores, plantStores } from './plant-stores.js'
import { VirtualQueue } from './virtual-queue.js'

/** The same as `measure-stores.ts` on virtual time, where nothing but the engine decides: always the same figures. */

export type VirtualPlan = {
  stores: number
  ailing: number
  payments: number
  quota: QuotaRule
  workers: number
  /** What a good answer of the API takes. */
  latencyMs: number
  seed: number
  /** The control: nobody learns that answers are lost. */
  isBlindToLosses?: boolean
}

export type VirtualMeasured = { tookMs: number; told: number; wanted: number; invocations: number }

const functionTimeoutMs = 30_000

export async function measureVirtually(plan: VirtualPlan, alone: boolean): Promise<VirtualMeasured> {
  const clock = new VirtualClock(Date.parse('2026-11-22T08:00:00.000Z'))
  const planted = plantStores(plan)
  const well = new Set(planted.well)
  const wanted = well.size * plan.payments
  const told = new Set<string>()
  const from = clock.now()
  let tookMs = 0
  const queue = new VirtualQueue(clock)
  const deps = createShared(clock, plan, planted, queue)
  const publish: BatchDeps['outcomes']['publish'] = async outcomes => {
    for (const { storeHash, requestId } of outcomes) {
      if (!well.has(storeHash) || told.has(requestId)) continue
      told.add(requestId)
      tookMs = clock.now() - from
    }
    return outcomes.map(() => true)
  }
  for (const { storeHash, paymentId } of eachRequest(planted, plan.payments, alone)) {
    const requestId = `${storeHash}-${paymentId}`
    const body = JSON.stringify({ requestId, storeHash, paymentId, operationCode: 0 })
    queue.put({ body, groupId: `${storeHash}:${paymentId}`, id: requestId })
  }
  let invocations = 0
  for (let worker = 0; worker < plan.workers; worker += 1) {
    const random = seededRandom(plan.seed * 100 + worker)
    const pacing = createPacer({ clock, random }, { reserve: 0.1, delayScale: 1 })
    const pacer = plan.isBlindToLosses ? forgetLosses(pacing) : pacing
    const container: BatchDeps = { ...deps, random, pacer, outcomes: { publish } }
    void queue.serve(async batch => {
      invocations += 1
      return performBatch(container, batch, asEpochMs(clock.now() + functionTimeoutMs))
    })
  }
  await clock.runUntil(() => told.size === wanted, 10_000_000)
  return { tookMs, told: told.size, wanted, invocations }
}

const forgetLosses = (pacer: Pacer): Pacer => ({
  ...pacer,
  learn: (storeHash, answer, tookMs) =>
    pacer.learn(storeHash, answer?.meaning === 'lost' ? undefined : answer, tookMs),
})

function createShared(
  clock: VirtualClock,
  plan: VirtualPlan,
  planted: PlantedStores,
  queue: VirtualQueue,
): Omit<BatchDeps, 'random' | 'pacer' | 'outcomes'> {
  const ailments = new Map(planted.ailing.map(({ storeHash, ailment }) => [storeHash, ailment]))
  const quiet = () => undefined
  const get = async (storeHash: string): Promise<CredentialsResult> => {
    const wrong = ailments.get(storeHash)?.secret
    return wrong === 'missing' || wrong === 'malformed'
      ? { usable: false, message: `the secret of ${storeHash} is ${wrong}` }
      : { usable: true, access: accessFor(storeHash, 'token'), version: 'v1' }
  }
  return {
    clock,
    log: { info: quiet, warn: quiet, error: quiet },
    metrics: { add: quiet, flush: quiet },
    ledger: new MemoryLedger(),
    api: createApi(clock, plan, ailments),
    credentials: { get, refresh: get },
    serverClock: createServerClock(clock),
    queue,
    deadLetters: { send: async letters => letters.map(() => true) },
    delayScale: 1,
  }
}

function createApi(clock: Clock, plan: VirtualPlan, ailments: Map<string, Ailment>): PaymentsApi {
  const quota = createQuota(plan.quota, clock)
  return {
    call: async (_call, { storeHash }, timeoutMs) => {
      const ailment = ailments.get(storeHash)
      const tookMs = ailment?.fault === 'slow' ? timeoutMs : plan.latencyMs
      await clock.sleep(Math.min(timeoutMs, tookMs))
      return ailment === undefined ? answerWell(quota, storeHash) : answerIll(ailment)
    },
  }
}

function answerWell(quota: Quota, storeHash: string): Answer<never> {
  const isGranted = quota.take(storeHash)
  const { remaining, limit, resetsInMs } = quota.read(storeHash)
  const told = { httpStatus: isGranted ? 200 : 429, quota: { remaining, limit, resetsInMs } }
  return isGranted
    ? { certainty: 'executed', meaning: 'success', message: 'SUCCESS', ...told }
    : { certainty: 'notExecuted', meaning: 'throttled', message: 'too many requests', ...told }
}

function answerIll({ fault, secret }: Ailment): Answer<never> {
  if (secret === 'refused')
    return { certainty: 'notExecuted', meaning: 'credentials', message: 'no', httpStatus: 401 }
  if (fault === 'throttledWithoutHeaders')
    return { certainty: 'notExecuted', meaning: 'throttled', message: 'too many', httpStatus: 429 }
  if (fault === 'throttledWithRetryAfter')
    return { certainty: 'notExecuted', meaning: 'throttled', message: '', httpStatus: 429, waitMs: 1_000 }
  return { certainty: 'unknown', meaning: 'lost', message: fault ?? 'lost' }
}

/** Payment by payment through all stores, as many producers side by side would ask. */
function* eachRequest({ seeds, ailing }: PlantedStores, payments: number, alone: boolean) {
  const left = new Set(alone ? ailing.map(({ storeHash }) => storeHash) : [])
  for (let index = 0; index < payments; index += 1)
    for (const { storeHash } of seeds)
      if (!left.has(storeHash)) yield { storeHash, paymentId: firstPaymentId + index }
}
