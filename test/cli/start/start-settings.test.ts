import { describe, expect, it } from '@jest/globals'
import { parseStartSettings, type StartOptions } from '../../../lib/cli/start/start-settings.js'
import { WrongUsage } from '../../../lib/cli/wrong-usage.js'

const apiUrl = 'https://api-b2b.bigcommerce.com/api/v3/io/ip'
const realRun = { api: apiUrl, store: 'abc123', file: 'requests.jsonl' }
const sentinel = 'SENTINEL-token-4711'
const env = { B2B_ACCESS_TOKEN: sentinel }

function refusalOf(options: StartOptions, environment: Record<string, string> = {}): string {
  try {
    parseStartSettings(options, environment)
  } catch (error) {
    // The refusal is what the test wants to read; anything else is a failure of the test.
    if (error instanceof WrongUsage) return error.message
    throw error
  }
  return 'accepted'
}

describe('parseStartSettings for the sandbox', () => {
  it('takes no option at all as the example on the sandbox', () => {
    expect(parseStartSettings({}, {})).toEqual({
      mode: 'sandbox',
      file: undefined,
      watch: false,
      directory: undefined,
      name: 'sandbox',
      fresh: false,
      faults: undefined,
    })
  })

  it('gives each fault setting a name of its own, seed 1 where none is typed', () => {
    expect(parseStartSettings({ faults: '0.3', seed: '7' }, {}).name).toBe('faults-0.3-seed-7')
    expect(parseStartSettings({ faults: '0.30' }, {})).toMatchObject({
      name: 'faults-0.3-seed-1',
      faults: { rate: 0.3, seed: 1 },
    })
  })

  it.each(['', '1.1', '-0.1', 'a third', 'Infinity', '0x1', '1e-1', 'NaN'])(
    'refuses the fault rate "%s"',
    faults => {
      expect(refusalOf({ faults })).toContain('--faults: must be a number from 0 to 1')
    },
  )

  it.each(['', '1.5', '-1', 'x', '99999999999999999999'])('refuses the seed "%s"', seed => {
    expect(refusalOf({ faults: '0.3', seed })).toContain('--seed: must be a whole number')
  })

  it('refuses a seed without faults, and a store without an API', () => {
    expect(refusalOf({ seed: '2', store: 'abc123' })).toMatch(
      /--store: belongs to --api[\s\S]*--seed: belongs to --faults/,
    )
  })
})

describe('parseStartSettings for the real API', () => {
  it('takes the token from the environment and trims the slash of the URL', () => {
    expect(parseStartSettings({ ...realRun, api: `${apiUrl}/` }, env)).toEqual({
      mode: 'api',
      file: 'requests.jsonl',
      watch: false,
      directory: undefined,
      name: 'api-api-b2b.bigcommerce.com-abc123-7a1f7ba9',
      apiBaseUrl: apiUrl,
      storeHash: 'abc123',
      accessToken: sentinel,
    })
  })

  it('allows http for this machine itself only', () => {
    expect(parseStartSettings({ ...realRun, api: 'http://127.0.0.1:4000/x' }, env)).toMatchObject({
      apiBaseUrl: 'http://127.0.0.1:4000/x',
      name: 'api-127.0.0.1-4000-abc123-e04487ab',
    })
    expect(refusalOf({ ...realRun, api: 'http://example.com/x' }, env)).toContain(
      '--api: must be an https URL',
    )
  })

  it('keeps a ledger of its own for each path of a host', () => {
    const nameOf = (api: string) => parseStartSettings({ ...realRun, api }, env).name
    expect(nameOf('http://127.0.0.1:4000/staging')).not.toBe(nameOf('http://127.0.0.1:4000/live'))
    expect(nameOf('http://127.0.0.1:4000/live/')).toBe(nameOf('http://127.0.0.1:4000/live'))
  })

  it.each(['not a url', 'file:///etc/passwd', 'https://me:pw@example.com/', 'https://example.com/?a=1'])(
    'refuses the URL %s',
    api => {
      expect(refusalOf({ ...realRun, api }, env)).toContain('--api: must be')
    },
  )

  it('refuses --fresh, because the ledger is what prevents a second execution', () => {
    expect(refusalOf({ ...realRun, fresh: true }, env)).toContain('--fresh: not with --api')
  })

  it('names everything that is missing at once', () => {
    const refusal = refusalOf({ api: apiUrl })
    expect(refusal).toContain('needs --file')
    expect(refusal).toContain('needs --store')
    expect(refusal).toContain('B2B_ACCESS_TOKEN')
  })

  it('keeps the token out of every refusal', () => {
    const refusal = refusalOf(
      { api: 'ftp://x', fresh: true, faults: '3' },
      { B2B_ACCESS_TOKEN: `${sentinel} \n` },
    )
    expect(refusal).toContain('missing or malformed')
    expect(refusal).not.toContain(sentinel)
  })
})
