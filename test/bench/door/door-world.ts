import { readFileSync } from 'node:fs'
import { systemClock, systemRandom } from '../../../lib/adapters/system.js'
import { readTemplate } from '../../../lib/local/stack/read-template.js'
import { startEmulators } from '../../../lib/local/stack/start-emulators.js'
import { doorStore } from './door-store.js'

/** The emulators of `npm start` in a process of their own: fauxqs with the intake queue, and Secrets Manager with the store's secret. */

const declaration = readTemplate(readFileSync('serverless.yml', 'utf8'), 'bench')
const { env, queueUrls, secrets } = await startEmulators(declaration, {
  clock: systemClock,
  random: systemRandom,
  directory: undefined,
  onEvent: () => undefined,
  endings: [],
})
const { storeHash, webhookSecret } = doorStore
secrets.put(`payops/${storeHash}`, JSON.stringify({ storeHash, accessToken: 'token-of-luma', webhookSecret }))

process.on('disconnect', () => process.exit(0))
process.send?.({ environment: { ...env, WEBHOOK_QUEUE_URL: queueUrls['WebhookQueue'] ?? '' } })
