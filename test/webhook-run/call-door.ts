import { Agent, request } from 'node:http'
import type { Clock, Random } from '../../lib/core/time.js'
import { type Delivery, type SignedCall, signCall } from '../support/signed-call.js'
import type { Step } from './plan-webhooks.js'
import type { RunStore } from './webhook-stores.js'

/** Answers by what was called, and how long each took, in milliseconds. */
export type Called = { answers: Record<string, number>; wrong: string[]; tookMs: number[] }

type Options = { clock: Clock; random: Random; url: string; stores: RunStore[] }

/** A store's sender, and a forger's. What is signed is signed by `node:crypto` alone. */
export function createCaller({ clock, random, url, stores }: Options) {
  const secrets = new Map(stores.map(({ seed, webhookSecret }) => [seed.storeHash, webhookSecret]))
  const agent = new Agent({ keepAlive: true })
  const told: Delivery[] = []
  const called: Called = { answers: {}, wrong: [], tookMs: [] }
  const seconds = () => Math.floor(clock.now() / 1000)

  async function post(kind: string, call: SignedCall, wanted: number): Promise<void> {
    const from = clock.now()
    const status = await send(agent, url, call)
    called.tookMs.push(clock.now() - from)
    const name = `${kind} ${status}`
    called.answers[name] = (called.answers[name] ?? 0) + 1
    if (status !== wanted) called.wrong.push(`${kind}: ${status} in place of ${wanted}`)
  }

  const sign = (delivery: Delivery, more: Partial<Delivery> = {}): SignedCall =>
    signCall({ ...delivery, id: `msg_${random.uuid()}`, timestamp: seconds(), ...more })
  const anEarlier = (): Delivery | undefined => told[Math.floor(random.next() * told.length)]

  async function call(step: Step, hash: string): Promise<void> {
    if (step.kind === 'change') {
      const { storeHash, orderId, copies } = step
      const data = { type: 'order', id: orderId, status: { previous_status_id: 1, new_status_id: 11 } }
      const secret = secrets.get(storeHash) ?? ''
      const delivery = { secret, storeHash, data, hash, createdAt: seconds(), timestamp: seconds() }
      told.push(delivery)
      for (let copy = 0; copy < copies; copy += 1) await post('change', sign(delivery), 200)
      return
    }
    const earlier = anEarlier()
    if (earlier === undefined) return
    const good = sign(earlier)
    if (step.kind === 'again') return post('again', good, 200)
    // What a forger would like to come of it: an event that nobody has heard of.
    const news = { hash: random.uuid().replaceAll('-', '') }
    if (step.kind === 'forged') return post('forged', sign(earlier, { ...news, secret: 'a guess' }), 401)
    if (step.kind === 'replayed')
      return post('replayed', sign(earlier, { ...news, timestamp: seconds() - 600 }), 401)
    return post('malformed', { ...good, body: good.body.slice(0, -3) }, 401)
  }
  return { call, called: () => called }
}

function send(agent: Agent, url: string, { headers, body }: SignedCall): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = request(url, { method: 'POST', agent, headers }, response => {
      response.resume()
      response.on('end', () => resolve(response.statusCode ?? 0))
      response.on('error', reject)
    })
    call.on('error', reject)
    call.end(body)
  })
}
