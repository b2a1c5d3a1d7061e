import { pathToFileURL } from 'node:url'
import { signCall, toUrlEvent } from '../../support/signed-call.js'
import { type DoorAnswer, type DoorQuestion, doorStore } from './door-store.js'

/** One container of receiveWebhook. What a store does, signing, is not in the measured time. */

type Handler = (event: unknown, context: object) => Promise<{ statusCode: number }>

let handler: Handler = () => Promise.reject(new Error('no bundle is loaded'))
const context = { getRemainingTimeInMillis: () => 10_000, functionName: 'payops-bench-receiveWebhook' }

function makeEvent(order: number, bodyBytes: number) {
  const timestamp = Math.floor((performance.timeOrigin + performance.now()) / 1000)
  const about = { type: 'order', id: order, note: '' }
  const content = { timestamp, secret: doorStore.webhookSecret, id: `msg_${order}`, hash: `hash-${order}` }
  const bare = signCall({ ...content, data: about }).body.length
  const note = 'x'.repeat(Math.max(0, bodyBytes - bare))
  return toUrlEvent(signCall({ ...content, data: { ...about, note } }))
}

async function receive({ firstOrder, webhooks, bodyBytes }: Extract<DoorQuestion, { kind: 'receive' }>) {
  const answer: DoorAnswer = { wallMs: [], cpuMs: [] }
  for (let index = 0; index < webhooks; index += 1) {
    const event = makeEvent(firstOrder + index, bodyBytes)
    const cpuBefore = process.cpuUsage()
    const startedAt = performance.now()
    const { statusCode } = await handler(event, context)
    answer.wallMs.push(performance.now() - startedAt)
    const { user, system } = process.cpuUsage(cpuBefore)
    answer.cpuMs.push((user + system) / 1000)
    if (statusCode !== 200) throw new Error(`the door answered ${statusCode}`)
  }
  return answer
}

async function load(bundle: string): Promise<DoorAnswer> {
  const loaded: { handler: Handler } = await import(pathToFileURL(bundle).href)
  handler = loaded.handler
  return { wallMs: [], cpuMs: [] }
}

process.on('message', (question: DoorQuestion) => {
  const answering = question.kind === 'load' ? load(question.bundle) : receive(question)
  answering.then(
    answered => process.send?.(answered),
    error => {
      // What the door does not take has no place in a table; the bench ends with it.
      console.error(`bench worker: ${error instanceof Error ? error.stack : error}`)
      process.exit(1)
    },
  )
})
process.on('disconnect', () => process.exit(0))
