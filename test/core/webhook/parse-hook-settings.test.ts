import { describe, expect, it } from '@jest/globals'
import { findUrlProblem, parseHookSettings } from '../../../lib/core/webhook/parse-hook-settings.js'

describe('parseHookSettings', () => {
  it('asks the public API, and looks at no webhook, where nothing is configured', () => {
    const problems: string[] = []
    const settings = parseHookSettings({ WEBHOOK_URL: ' ' }, problems)
    expect(settings).toMatchObject({ storeApiBaseUrl: 'https://api.bigcommerce.com' })
    expect(settings).not.toHaveProperty('url')
    expect(problems).toEqual([])
  })

  it('takes what is configured', () => {
    const env = {
      STORE_API_BASE_URL: 'http://127.0.0.1:9/x/',
      WEBHOOK_URL: 'https://hooks.example.com/',
      WEBHOOKS_OFF_FOR: 'abc',
    }
    const settings = parseHookSettings(env, [])
    expect(settings).toMatchObject({ storeApiBaseUrl: 'http://127.0.0.1:9/x', url: env.WEBHOOK_URL })
    expect([...settings.rules.offFor]).toEqual(['abc'])
  })

  it('names everything that is wrong at once, and no value', () => {
    const problems: string[] = []
    const env = { STORE_API_BASE_URL: 'http://evil', WEBHOOK_URL: 'secret', WEBHOOK_RULES: '[]' }
    parseHookSettings(env, problems)
    expect(problems).toHaveLength(3)
    expect(problems.join()).toMatch(/STORE_API_BASE_URL.*WEBHOOK_URL.*WEBHOOK_RULES/s)
    expect(problems.join()).not.toMatch(/evil|secret/)
  })
})

describe('findUrlProblem', () => {
  it.each([
    ['https://hooks.example.com/payops', undefined],
    ['https://hooks.example.com:443/', undefined],
    ['http://127.0.0.1:4010/', undefined],
    ['http://hooks.example.com/', 'https'],
    ['https://hooks.example.com:8443/', 'port 443'],
    ['https://user:pass@hooks.example.com/', 'https'],
    ['https://hooks.example.com/?a=1', 'https'],
    ['hooks.example.com', 'https'],
  ])('judges %s', (url, problem) => {
    if (problem === undefined) expect(findUrlProblem(url)).toBeUndefined()
    else expect(findUrlProblem(url)).toContain(problem)
  })
})
