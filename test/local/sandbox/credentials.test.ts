import { afterEach, describe, expect, it } from '@jest/globals'
import {
  alpha,
  alphaHeaders,
  alphaToken,
  aSandbox,
  beta,
  betaToken,
  call,
  stopSandboxes,
} from './a-sandbox.js'

afterEach(stopSandboxes)

describe('credentials', () => {
  it.each([
    ['a token with the hash of its store', alphaHeaders, 200],
    ['an old token alone', { authToken: betaToken }, 200],
    ['nothing', {}, 401],
    ['a hash alone', { 'X-Store-Hash': 'alpha' }, 401],
    ['an unknown token', { 'X-Auth-Token': 'wrong', 'X-Store-Hash': 'alpha' }, 401],
    ['an unknown old token', { authToken: 'wrong' }, 401],
    ['a token in the place of an old one', { authToken: alphaToken }, 401],
    ['a token without the hash', { 'X-Auth-Token': alphaToken }, 500],
    ['a token with the hash of another store', { 'X-Auth-Token': alphaToken, 'X-Store-Hash': 'beta' }, 500],
    ['a token with a hash that no store has', { 'X-Auth-Token': alphaToken, 'X-Store-Hash': 'gamma' }, 500],
    ['both kinds in one request', { ...alphaHeaders, authToken: betaToken }, 500],
    ['an old token with a hash', { authToken: betaToken, 'X-Store-Hash': 'beta' }, 500],
  ])('answer to %s', async (_, headers, status) => {
    const sandbox = await aSandbox()
    const seen = await call(sandbox, 'GET', '/payments/117', undefined, headers)
    expect(seen).toMatchObject({ status, json: { code: status } })
    expect(seen.text).not.toMatch(/-token/)
  })

  it('open the store that they belong to', async () => {
    const sandbox = await aSandbox()
    const { json } = await call(sandbox, 'GET', '/payments/117', undefined, { authToken: betaToken })
    expect(json).toMatchObject({ data: { storeHash: 'beta', total: { code: 'EUR' } } })
  })

  it('are refused from the moment of their rotation, and the call still counts as one of the store', async () => {
    const sandbox = await aSandbox()
    sandbox.rotateToken('alpha', { accessToken: 'alpha-next' })
    sandbox.rotateToken('beta', { authToken: 'beta-next' })
    const statusOf = async (headers: Record<string, string>) =>
      (await call(sandbox, 'GET', '/payments/117', undefined, headers)).status
    expect(await statusOf(alphaHeaders)).toBe(401)
    expect(await statusOf({ 'X-Auth-Token': 'alpha-next', 'X-Store-Hash': 'alpha' })).toBe(200)
    expect(await statusOf({ authToken: betaToken })).toBe(401)
    expect(await statusOf({ authToken: 'beta-next' })).toBe(200)
    expect(sandbox.calls().map(({ storeHash, status }) => [storeHash, status])).toEqual([
      ['alpha', 401],
      ['alpha', 200],
      ['beta', 401],
      ['beta', 200],
    ])
  })

  it('of both kinds may belong to one store', async () => {
    const sandbox = await aSandbox({ stores: [alpha(undefined, { authToken: 'alpha-old' }), beta()] })
    const { json } = await call(sandbox, 'GET', '/payments/117', undefined, { authToken: 'alpha-old' })
    expect(json).toMatchObject({ data: { storeHash: 'alpha' } })
  })
})
