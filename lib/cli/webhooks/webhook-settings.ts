import {
  type OperateOptions,
  type OperateSettings,
  parseOperateSettings,
} from '../operate/operate-settings.js'
import { WrongUsage } from '../wrong-usage.js'

/** What was typed, as commander hands it over: untrusted text. */
export type WebhookOptions = Pick<OperateOptions, 'stage' | 'json'> & {
  url?: string
  all?: boolean
  dryRun?: boolean
}

export type WebhookSettings = Pick<OperateSettings, 'stage' | 'json'> & {
  storeHash: string
  url?: string
  all: boolean
  dryRun: boolean
}

/** Options to settings, or `WrongUsage` with what does not fit. */
export function parseWebhookSettings(store: string, options: WebhookOptions): WebhookSettings {
  const { url, all = false, dryRun = false, ...common } = options
  const { stage, json } = parseOperateSettings(common)
  if (!/^[a-z0-9]{1,32}$/.test(store)) throw new WrongUsage(['a store hash is 1 to 32 characters of a-z 0-9'])
  return {
    storeHash: store,
    json,
    all,
    dryRun,
    ...(stage !== undefined && { stage }),
    ...(url !== undefined && { url: url.trim() }),
  }
}
