import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { aRecord } from '../functions/a-deployment.js'
import type { LambdaContainer } from '../functions/runtime/lambda-container.js'
import { endAll } from '../support/endings.js'
import { answerJson, type HttpServer, startHttpServer } from '../support/http-server.js'
import { type HostileWorld, startHostileWorld } from './a-hostile-world.js'

// A request names a store, and the name becomes a part of a secret's name: what could make another secret of it is refused
// before Secrets Manager is asked. The store of a redrive comes from an attribute of its message, the other road to the same.

let world: HostileWorld
let secrets: HttpServer
let container: LambdaContainer

beforeAll(async () => {
  world = await startHostileWorld()
  secrets = await startHttpServer(response =>
    answerJson(
      response,
      400,
      { __type: 'ResourceNotFoundException' },
      { 'x-amzn-errortype': 'ResourceNotFoundException' },
    ),
  )
  container = await world.start('performOperations', { AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url })
})
afterAll(endAll)

const askedFor = (): unknown[] => secrets.received.map(({ body }) => JSON.parse(body).SecretId)

const hostile: unknown[] = [
  '../admin',
  'luma7x2/../../admin',
  'payops/luma7x2',
  'arn:aws:secretsmanager:us-east-1:000000000000:secret:admin-AbCdEf',
  'luma7x2-AbCdEf',
  'luma7x2*',
  '%2e%2e%2fadmin',
  'LUMA7X2',
  'luma7x2\n',
  ' luma7x2',
  'luma7x2\u0000',
  'luma７x2',
  'ｌuma7x2',
  'lumaх7x2',
  'a'.repeat(33),
  '',
  '__proto__',
  117,
  ['luma7x2'],
  { luma7x2: 'luma7x2' },
  null,
  true,
]

describe('a store hash', () => {
  it.each(hostile.map(storeHash => [JSON.stringify(storeHash).slice(0, 60), storeHash]))(
    '%s asks for no secret, in the body or in an attribute of a redrive',
    async (_, storeHash) => {
      const before = secrets.received.length
      const body = JSON.stringify({ requestId: 'r-1', storeHash, paymentId: 120, operationCode: 0 })
      const redrive = {
        ...aRecord('m-redrive', '{"requestId":"r-2","storeHash":"","paymentId":120,"operationCode":0}'),
        messageAttributes: Object.fromEntries(
          Object.entries({
            errorCode: 'IN_DOUBT',
            failedAt: '2026-11-22T08:00:00.000Z',
            storeHash: String(storeHash),
          }).map(([name, stringValue]) => [name, { dataType: 'String', stringValue }]),
        ),
      }
      const ending = await container.invoke({ Records: [aRecord('m-body', body), redrive] }, 30_000)
      expect(ending).toEqual({ kind: 'response', result: { batchItemFailures: [] } })
      expect(secrets.received).toHaveLength(before)
    },
  )

  it.each(['constructor', 'abc123', 'a', 'z9'.repeat(16)])(
    'of the form %s asks for the secret of the prefix and itself, and for no other',
    async storeHash => {
      const before = secrets.received.length
      const body = JSON.stringify({
        requestId: `r-${storeHash}`,
        storeHash,
        paymentId: 120,
        operationCode: 0,
      })
      await container.invoke({ Records: [aRecord(`m-${storeHash}`, body)] }, 30_000)
      expect(askedFor().slice(before)).toContain(`payops/${storeHash}`)
      expect(new Set(askedFor().slice(before)).size).toBe(1)
    },
  )
})
