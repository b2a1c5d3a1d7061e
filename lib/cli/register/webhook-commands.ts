import { checkWebhooks } from '../commands/check-webhooks.js'
import { createWebhooks } from '../commands/create-webhooks.js'
import { listWebhooks } from '../commands/list-webhooks.js'
import {
  describeCheckWebhooks,
  describeCreateWebhooks,
  describeListWebhooks,
  describeWebhooks,
} from '../webhooks/webhook-help.js'
import type { WebhookOptions } from '../webhooks/webhook-settings.js'
import type { Register } from './register.js'

/** The webhooks that are registered at a store, and whether they come. */
export const registerWebhooks: Register = (program, run) => {
  const webhooks = describeWebhooks(program.command('webhooks'))
  describeCreateWebhooks(webhooks.command('create')).action((store: string, options: WebhookOptions) =>
    run(deps => createWebhooks(store, options, deps)),
  )
  describeListWebhooks(webhooks.command('list')).action((store: string, options: WebhookOptions) =>
    run(deps => listWebhooks(store, options, deps)),
  )
  describeCheckWebhooks(webhooks.command('check')).action((store: string, options: WebhookOptions) =>
    run(deps => checkWebhooks(store, options, deps)),
  )
}
