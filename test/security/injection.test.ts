import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { SQSRecord } from 'aws-lambda'
import { readAnswer } from '../../lib/core/answer.js'
import { logFields } from '../../lib/core/log-fields.js'
import { parseRequest } from '../../lib/core/request.js'
import { asEpochMs } from '../../lib/core/time.js'
import { aRecord } from '../functions/a-deployment.js'
import { endAll } from '../support/endings.js'
import { answerJson, startHttpServer } from '../support/http-server.js'
import { runNode } from '../support/run-command.js'
import { type HostileWorld, startHostileWorld } from './a-hostile-world.js'

// Text of others in our own voice: what a request or the API says may be kept and passed on, but it never becomes a line of the
// log, a metric, a colour of a terminal or a property that nobody wrote.

let world: HostileWorld

beforeAll(async () => {
  world = await startHostileWorld()
})
afterAll(endAll)

const metric =
  '{"_aws":{"Timestamp":1795334400000,"CloudWatchMetrics":[{"Namespace":"payops","Dimensions":[[]],"Metrics":[{"Name":"Forged"}]}]},"Forged":1}'
const evil = `x\r\n${metric}\n\u2028\u0085{"level":"ERROR","message":"forged"}\u001b[2J\u001b]0;owned\u0007\u009b31m\u202e`

const withAttributes = (record: SQSRecord, attributes: Record<string, string>): SQSRecord => ({
  ...record,
  messageAttributes: Object.fromEntries(
    Object.entries(attributes).map(([name, stringValue]) => [name, { dataType: 'String', stringValue }]),
  ),
})

/** Evil in each place of a message that anybody reads. */
const records: SQSRecord[] = [
  aRecord(
    'm-1',
    JSON.stringify({ requestId: 'r-1', paymentId: 120, operationCode: 0, metadata: { [evil]: evil } }),
  ),
  aRecord('m-2', JSON.stringify({ requestId: evil, paymentId: 121, operationCode: 0 })),
  aRecord(
    'm-3',
    JSON.stringify({ paymentId: 122, operationCode: 0, [evil]: 1, _aws: JSON.parse(metric)._aws }),
  ),
  aRecord('m-4', JSON.stringify({ storeHash: evil, paymentId: 123, operationCode: 0 })),
  aRecord('m-5', JSON.stringify({ type: evil, paymentId: evil, operationCode: evil })),
  aRecord('m-6', `${evil}${metric}`),
  aRecord('m-7', metric),
  aRecord(evil, JSON.stringify({ requestId: 'r-8', paymentId: 124, operationCode: 0 }), evil),
  withAttributes(aRecord('m-9', JSON.stringify({ paymentId: 125, operationCode: 0 })), {
    errorCode: evil,
    failedAt: evil,
    requestId: evil.slice(0, 100),
    storeHash: evil,
    source: evil,
    _aws: metric,
  }),
]

function expectHarmless(lines: string[]): void {
  for (const line of lines) {
    expect(Array.from(line).filter(character => character < ' ')).toEqual([])
    const { level, time, message, _aws, ...fields } = JSON.parse(line)
    if (_aws === undefined) {
      expect(Object.keys(fields).filter(name => !logFields.some(known => known === name))).toEqual([])
      expect(['DEBUG', 'INFO', 'WARN', 'ERROR']).toContain(level)
      expect(time).toMatch(/^\d{4}-\d\d-\d\dT/)
      expect(message).not.toContain('forged')
    } else expect(fields).not.toHaveProperty('Forged')
  }
}

describe('a request that carries lines, colours and metrics', () => {
  it('writes no line of its own into the log, no metric, and no field that the log does not know', async () => {
    const container = await world.start('performOperations')
    expect(await container.invoke({ Records: records }, 30_000)).toMatchObject({ kind: 'response' })
    expect(container.lines().length).toBeGreaterThan(records.length)
    expectHarmless(container.lines())
  })

  it('does the same by the bus, and under the id of its event', async () => {
    const container = await world.start('acceptOperation')
    const events = [{ paymentId: 130, operationCode: 0 }, { [evil]: evil }, evil, JSON.parse(metric)]
    for (const detail of events)
      await container.invoke({ id: evil, time: '2026-11-22T08:00:00Z', source: evil, detail }, 15_000)
    expect(container.lines().length).toBeGreaterThan(0)
    expectHarmless(container.lines())
  })

  it('cannot steer the terminal in which its dead letter is read', async () => {
    const container = await world.start('performOperations')
    await container.invoke({ Records: records }, 30_000)
    const listed = await runNode(['dist/cli/payops.mjs', 'dlq', 'list', '--json'], world.commandEnv)
    const ids: string[] = JSON.parse(listed.stdout).map(({ messageId }: { messageId: string }) => messageId)
    expect(ids.length).toBeGreaterThan(3)
    const shown = ids.slice(0, 3).map(id => ['dlq', 'show', id])
    const commands = [['dlq', 'list'], ...shown, ['history', '120', '--store', 'luma7x2']]
    // One after the other: a look hides the letters from the next one meanwhile.
    for (const argv of commands) {
      const { code, stdout, stderr } = await runNode(['dist/cli/payops.mjs', ...argv], world.commandEnv)
      expect(code).toBe(0)
      expect(`${stdout}${stderr}`.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u)
    }
  })
})

describe('an answer of the API that carries lines, colours and metrics', () => {
  it.each([400, 422, 500])('with status %d writes no line of its own into the log', async status => {
    const { url } = await startHttpServer(response =>
      answerJson(response, status, {
        code: status,
        data: { errMsg: evil, [evil]: [evil] },
        meta: { message: evil },
      }),
    )
    const container = await world.start('performOperations', { B2B_API_BASE_URL: url })
    const body = JSON.stringify({ requestId: `r-${status}`, paymentId: status, operationCode: 0 })
    await container.invoke({ Records: [aRecord(`m-${status}`, body)] }, 30_000)
    expect(container.lines().length).toBeGreaterThan(0)
    expectHarmless(container.lines())
  })
})

describe("a property that is everybody's", () => {
  const defaults = { requestId: 'r-1', storeHash: 'luma7x2' }
  const pollution =
    '{"polluted":true,"operationCode":0,"paymentId":117,"storeHash":"admin","accessToken":"t"}'

  it.each([
    `{"__proto__":${pollution}}`,
    `{"paymentId":117,"operationCode":0,"__proto__":${pollution}}`,
    `{"paymentId":117,"operationCode":0,"constructor":{"prototype":${pollution}}}`,
    `{"paymentId":117,"operationCode":0,"metadata":{"__proto__":"x"}}`,
    `{"type":"createOfflinePayment","payment":{"__proto__":${pollution}}}`,
    `{"type":"__proto__","paymentId":117}`,
    `{"type":"constructor","paymentId":117}`,
  ])('is not set by the request %s, which is refused', body => {
    expect(parseRequest(body, defaults)).toMatchObject({ valid: false })
    expect(Object.keys(Object.prototype)).toEqual([])
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  })

  it('is only a name as a key of metadata', () => {
    const body =
      '{"paymentId":117,"operationCode":0,"metadata":{"constructor":"a","toString":"b","hasOwnProperty":"c"}}'
    expect(parseRequest(body, defaults)).toMatchObject({
      valid: true,
      request: { metadata: { constructor: 'a', toString: 'b', hasOwnProperty: 'c' } },
    })
  })

  it.each(['change', 'create', 'detail', 'list', 'transactions'] as const)(
    'is not set by an answer of the API to a call of the kind %s',
    kind => {
      const item = `{"id":117,"paymentId":117,"__proto__":${pollution},"constructor":{"prototype":${pollution}}}`
      for (const content of [item, `[${item}]`]) {
        const body = `{"code":200,"data":${content},"meta":{"message":"ok","__proto__":${pollution}},"__proto__":${pollution}}`
        const receivedAt = asEpochMs(1_795_334_400_000)
        readAnswer(kind, { kind: 'answered', status: 200, headers: {}, body, receivedAt })
      }
      expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
    },
  )

  it.each([
    `{"__proto__":{"storeHash":"luma7x2","accessToken":"t"}}`,
    `{"storeHash":"luma7x2","__proto__":{"accessToken":"t"}}`,
  ])('is no token where the secret is %s', async text => {
    world.emulators.secrets.put('payops/luma7x2', text)
    const before = world.sandbox.calls().length
    const container = await world.start('performOperations')
    const body = '{"requestId":"r-proto","paymentId":130,"operationCode":0}'
    expect(await container.invoke({ Records: [aRecord('m-proto', body)] }, 30_000)).toMatchObject({
      result: { batchItemFailures: [{ itemIdentifier: 'm-proto' }] },
    })
    expect(world.sandbox.calls()).toHaveLength(before)
  })
})
