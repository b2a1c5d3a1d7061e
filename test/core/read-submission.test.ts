import { describe, expect, it } from '@jest/globals'
import { readSubmission } from '../../lib/core/read-submission.js'

const context = (storeHash?: string) => {
  let keys = 0
  const newKey = () => {
    keys += 1
    return `key-${keys}`
  }
  return { storeHash, newKey }
}

const whole = '{"requestId":"r1", "storeHash":"abc", "paymentId":117, "operationCode":0}'

describe('readSubmission', () => {
  it('leaves a request that names its key and its store byte for byte', () => {
    const { submissions, unusable } = readSubmission(`\uFEFF${whole}\n`, context('other'))
    expect(submissions).toMatchObject([
      { line: 1, body: whole, groupId: 'abc:117', request: { requestId: 'r1', storeHash: 'abc' } },
    ])
    expect(unusable).toEqual([])
  })

  it('gives a request without a key one, and the store that is meant', () => {
    const { submissions } = readSubmission('{"paymentId":"117","operationCode":0}', context('abc'))
    const [{ body = '' } = {}] = submissions
    expect(JSON.parse(body)).toEqual({
      requestId: 'key-1',
      storeHash: 'abc',
      paymentId: '117',
      operationCode: 0,
    })
    expect(submissions).toMatchObject([{ groupId: 'abc:117', request: { paymentId: 117 } }])
  })

  it('reads one request over several lines, and several one a line', () => {
    const spread = JSON.stringify(JSON.parse(whole), null, 2)
    expect(readSubmission(spread, context()).submissions).toHaveLength(1)
    const two = `${whole}\r\n\r\n${whole.replace('r1', 'r2')}\r\n`
    expect(readSubmission(two, context()).submissions.map(({ line }) => line)).toEqual([1, 3])
  })

  it('names line and field of what is not valid, and keeps the rest', () => {
    const lines = [whole, '{"paymentId":1,"operatonCode":0}', 'no JSON', '[]', '{"paymentId":1}'].join('\n')
    const { submissions, unusable } = readSubmission(lines, context('abc'))
    expect(submissions.map(({ line }) => line)).toEqual([1])
    expect(unusable).toMatchObject([
      { line: 2, problem: expect.stringContaining('operatonCode: unknown key') },
      { line: 3, problem: expect.stringContaining('the body is not JSON') },
      { line: 4, problem: 'the body must be a JSON object, not a list' },
      { line: 5, problem: expect.stringContaining('operationCode') },
    ])
  })

  it('refuses one key with two contents, and takes the same request twice', () => {
    const other = whole.replace('"operationCode":0', '"operationCode":1')
    const { submissions, unusable } = readSubmission([whole, whole, other].join('\n'), context())
    expect(submissions.map(({ line }) => line)).toEqual([1, 2])
    expect(unusable).toEqual([{ line: 3, problem: 'requestId: line 1 has the same with other content' }])
  })

  it('reads a line of an export as the request in it, under the key and store that the letter has', () => {
    const letter = (body: string) =>
      JSON.stringify({ messageId: 'm-1', requestId: 'dedup-1', storeHash: 'abc', body })
    const keyless = '{"paymentId":117,"operationCode":0}'
    const { submissions } = readSubmission(`${letter(whole)}\n${letter(keyless)}`, context('other'))
    expect(submissions.map(({ request }) => request.requestId)).toEqual(['r1', 'dedup-1'])
    expect(submissions.map(({ groupId }) => groupId)).toEqual(['abc:117', 'abc:117'])
    expect(submissions[0]?.body).toBe(whole)
  })

  it('names a key that would vanish on the way through an object', () => {
    const { unusable } = readSubmission('{"__proto__":1,"paymentId":1,"operationCode":0}', context('abc'))
    expect(unusable).toEqual([{ line: 1, problem: '__proto__: unknown key' }])
  })
})
