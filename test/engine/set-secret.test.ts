import { describe, expect, it } from '@jest/globals'
import { setSecret } from '../../lib/engine/set-secret.js'

function aWriter() {
  const stored: unknown[] = []
  const deps: Parameters<typeof setSecret>[0] = {
    api: {
      call: async () => {
        throw new Error('what webhooks are verified with cannot be tried')
      },
    },
    secretWriter: {
      change: async (storeHash, change) => {
        stored.push(change({}))
        return { name: `payops/${storeHash}`, wasThere: false }
      },
    },
  }
  const setWebhookSecret = (value: string) =>
    setSecret(deps, { storeHash: 'luma7x2', kind: 'webhookSecret', value: () => value, checks: true })
  return { stored, setWebhookSecret }
}

describe('setSecret', () => {
  it.each(['client-secret', 'whsec_dGVzdA==', 'dGVzdA=='])('stores the webhook secret %s', async value => {
    const { stored, setWebhookSecret } = aWriter()
    expect(await setWebhookSecret(value)).toMatchObject({ stored: true })
    expect(stored).toEqual([{ storeHash: 'luma7x2', webhookSecret: value }])
  })

  it.each(['whsec_', 'whsec_dGVzdA', 'whsec_client-secret', 'two words'])(
    'stores no webhook secret by which nothing verifies: "%s"',
    async value => {
      const { stored, setWebhookSecret } = aWriter()
      expect(await setWebhookSecret(value)).toMatchObject({ stored: false })
      expect(stored).toEqual([])
    },
  )
})
