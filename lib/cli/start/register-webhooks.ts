import { webhookScopes } from '../../core/webhook/webhook-rules.js'
import { createStoreHooks } from '../../operator-app.js'

export type Registration = {
  storeApiUrl: string
  storeHash: string
  accessToken: string
  destination: string
}

/** Has the sandbox's store send its webhooks to the stack. What is registered there is gone with the process, so it is done at every start. */
export async function registerWebhooks(registration: Registration): Promise<void> {
  const { storeApiUrl, storeHash, accessToken, destination } = registration
  const hooks = createStoreHooks(storeApiUrl)
  for (const scope of webhookScopes) {
    const access = { storeHash, scheme: 'accessToken' as const, token: () => accessToken }
    const answer = await hooks.create(access, { scope, destination })
    if (answer.meaning !== 'success')
      throw new Error(`the webhook ${scope} was not registered: ${answer.message}`)
  }
}
