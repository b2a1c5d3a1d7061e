import { describe, expect, it } from '@jest/globals'
import { findWebhookPlace, findWebhooks } from '../../../lib/cli/webhooks/webhook-place.js'
import { parseHookSettings } from '../../../lib/core/webhook/parse-hook-settings.js'
import { wantedScopes } from '../../../lib/core/webhook/webhook-rules.js'

const ofFunctions = 'https://functions.example/'
const ofShell = 'https://shell.example/'
const onlyRefunds = JSON.stringify(
  Object.fromEntries(
    ['transaction/created', 'transaction/updated', 'statusUpdated'].map(name => [
      `store/order/${name}`,
      'off',
    ]),
  ),
)
type Env = Record<string, string>

/** `functions`: what the deployed one has; undefined: it cannot be asked. */
const anApp = (env: Env, functions: Env | undefined) => ({
  webhooks: parseHookSettings(env, []),
  webhookSettings: {
    read: async (variable: string) => {
      const value = functions?.[variable]
      if (functions === undefined) return { known: false as const, why: 'AccessDenied' }
      return { known: true as const, ...(value !== undefined && { value }) }
    },
  },
})
const find = (env: Env, functions: Env | undefined, typed?: string) =>
  findWebhookPlace(anApp(env, functions), env, typed)

describe('findWebhookPlace', () => {
  it('takes what was typed before the shell, and the shell before the functions', async () => {
    const functions = { WEBHOOK_URL: ofFunctions }
    const typed = 'https://typed.example/'
    expect((await find({ WEBHOOK_URL: ofShell }, functions, typed)).url).toBe(typed)
    expect((await find({ WEBHOOK_URL: ofShell }, {})).url).toBe(ofShell)
    expect((await find({ WEBHOOK_URL: ofShell }, undefined)).url).toBe(ofShell)
    expect((await find({}, functions)).url).toBe(ofFunctions)
  })

  it('refuses a shell that was set up for another stage, unless the URL is typed', async () => {
    const functions = { WEBHOOK_URL: ofFunctions }
    await expect(find({ WEBHOOK_URL: ofShell }, functions)).rejects.toThrow('not that of the functions')
    expect((await find({ WEBHOOK_URL: ofShell }, functions, ofShell)).url).toBe(ofShell)
    expect((await find({ WEBHOOK_URL: 'https://functions.example:443' }, functions)).url).toContain(
      'functions',
    )
  })

  it('wants the scopes of the functions, unless the shell names others', async () => {
    const functions = { WEBHOOK_URL: ofFunctions, WEBHOOK_RULES: onlyRefunds, WEBHOOKS_OFF_FOR: 'abc' }
    const { rules } = await find({}, functions)
    expect(wantedScopes(rules)).toEqual(['store/order/refund/created'])
    expect([...rules.offFor]).toEqual(['abc'])
    expect(wantedScopes((await find({ WEBHOOK_RULES: '{}' }, functions)).rules)).toHaveLength(4)
  })

  it.each<[string, Env | undefined, string]>([
    ['the functions cannot be asked', undefined, 'AccessDenied'],
    ['they do not know either', {}, 'has none'],
    ['their rules are malformed', { WEBHOOK_URL: ofFunctions, WEBHOOK_RULES: '[]' }, 'malformed settings'],
    ['their URL is none that a store sends to', { WEBHOOK_URL: 'https://a.example:8443/' }, 'port 443'],
  ])('is wrong usage where %s', async (_, functions, why) => {
    await expect(find({}, functions)).rejects.toThrow(why)
  })
})

describe('findWebhooks', () => {
  const look = (env: Env, functions: Env | undefined) => findWebhooks(anApp(env, functions), env)

  it('looks where the functions say, and nowhere where they say nothing', async () => {
    expect((await look({}, { WEBHOOK_URL: ofFunctions })).url).toBe(ofFunctions)
    for (const functions of [undefined, {}, { WEBHOOK_URL: 'nonsense' }])
      expect(await look({}, functions)).not.toHaveProperty('url')
  })

  it('asks no real store about the webhooks of a sandbox', async () => {
    const env = {
      AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://127.0.0.1:4566',
      B2B_API_BASE_URL: 'http://127.0.0.1:1',
    }
    expect(await look(env, { WEBHOOK_URL: 'http://127.0.0.1:2/' })).not.toHaveProperty('url')
  })
})
