import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { alpha, anOfflineBody, aSandbox, call, stopSandboxes } from './a-sandbox.js'
import { createManualClock } from './manual-clock.js'

let directory = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'payops-sandbox-'))
})
afterEach(async () => {
  await stopSandboxes()
  rmSync(directory, { recursive: true })
})

const journalPath = () => join(directory, 'sandbox.jsonl')
const apply = { operationCode: 0 }
const restart = async (options = {}) => {
  await stopSandboxes()
  return aSandbox({ directory, ...options })
}

describe('the journal', () => {
  it('brings back payments, invoices and effects after a restart', async () => {
    const first = await aSandbox({ directory })
    await call(first, 'POST', '/payments/117/operations', apply)
    await call(first, 'POST', '/payments/offline', anOfflineBody())
    const before = [first.payments('alpha'), first.invoice('alpha', 141), first.effects()]
    const second = await restart()
    expect([second.payments('alpha'), second.invoice('alpha', 141), second.effects()]).toEqual(before)
    expect((await call(second, 'POST', '/payments/117/operations', apply)).status).toBe(400)
    expect(second.effects()).toHaveLength(2)
  })

  it('holds the effect before its answer goes out', async () => {
    const sandbox = await aSandbox({ directory })
    sandbox.misbehave({ fault: 'lostAfterEffect' })
    await call(sandbox, 'POST', '/payments/117/operations', apply).catch(() => undefined)
    const lines = readFileSync(journalPath(), 'utf8').split('\n')
    expect(lines).toHaveLength(2)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      storeHash: 'alpha',
      effect: { paymentId: 117, operationCode: 0 },
      change: {
        payment: { payment: { id: 117, appliedStatus: 1 } },
        invoices: [{ id: 141, openBalance: { code: 'USD', value: '80.0000' } }],
      },
    })
  })

  it('drops a line that a kill has torn, and goes on after it', async () => {
    const first = await aSandbox({ directory })
    await call(first, 'POST', '/payments/117/operations', apply)
    await stopSandboxes()
    appendFileSync(journalPath(), '{"storeHash":"alpha","change":{"deletedPay')
    const second = await restart()
    expect(second.payment('alpha', 117)?.appliedStatus).toBe(1)
    await call(second, 'POST', '/payments/117/operations', { operationCode: 1 })
    const third = await restart()
    expect(third.effects().map(effect => effect.operationCode)).toEqual([0, 1])
  })

  it.each([1, 2, 40, 120])('survives the loss of its last %i bytes', async bytes => {
    const first = await aSandbox({ directory })
    await call(first, 'POST', '/payments/117/operations', apply)
    await call(first, 'POST', '/payments/offline', anOfflineBody())
    const content = readFileSync(journalPath())
    await stopSandboxes()
    writeFileSync(journalPath(), content.subarray(0, content.length - bytes))
    const second = await restart()
    expect(second.effects()).toMatchObject([{ paymentId: 117 }])
    expect(second.payments('alpha').map(payment => payment.id)).toEqual([117])
  })

  it('remembers deleted payments and never gives their ids away again', async () => {
    const first = await aSandbox({ directory })
    await call(first, 'POST', '/payments/offline', anOfflineBody())
    await call(first, 'DELETE', '/payments/118')
    await call(first, 'DELETE', '/payments/117')
    const second = await restart()
    expect(second.payments('alpha')).toEqual([])
    await call(second, 'POST', '/payments/offline', anOfflineBody())
    expect(second.payments('alpha').map(payment => payment.id)).toEqual([119])
  })

  it('takes the tokens from the seed and keeps none', async () => {
    const first = await aSandbox({ directory })
    await call(first, 'POST', '/payments/117/operations', apply)
    first.rotateToken('alpha', { accessToken: 'alpha-next' })
    expect(readFileSync(journalPath(), 'utf8')).not.toMatch(/alpha-/)
    const second = await restart({ stores: [alpha(undefined, { accessToken: 'alpha-third' })] })
    const headers = { 'X-Auth-Token': 'alpha-third', 'X-Store-Hash': 'alpha' }
    expect((await call(second, 'GET', '/payments/117', undefined, headers)).json).toMatchObject({
      data: { appliedStatus: 1 },
    })
  })

  it('remembers what was changed by hand, and counts it as no effect', async () => {
    const first = await aSandbox({ directory })
    first.changeByHand('alpha', 117, { fundingStatus: 0 })
    first.changeOrder('alpha', { id: 9, fundingStatus: 1 })
    const second = await restart()
    expect(second.payment('alpha', 117)?.fundingStatus).toBe(0)
    expect(second.effects()).toEqual([])
  })

  it('keeps the list lag of a payment over a restart', async () => {
    const clock = createManualClock()
    const first = await aSandbox({ directory, clock })
    await call(first, 'POST', '/payments/offline', anOfflineBody())
    const second = await restart({ clock })
    expect((await call(second, 'GET', '/payments?q=A-1')).json).toMatchObject({ data: [] })
    clock.advance(3_000)
    expect((await call(second, 'GET', '/payments?q=A-1')).json).toMatchObject({ data: [{ id: 118 }] })
  })

  it('refuses to start on a line in its middle that is not its own', async () => {
    writeFileSync(journalPath(), 'hello\n{}\n')
    await expect(aSandbox({ directory })).rejects.toThrow(/sandbox\.jsonl: line 1 is not readable/)
  })
})
