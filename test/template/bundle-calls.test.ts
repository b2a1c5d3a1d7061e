import { readFile } from 'node:fs/promises'
import * as dynamodb from '@aws-sdk/client-dynamodb'
import * as eventbridge from '@aws-sdk/client-eventbridge'
import * as secrets from '@aws-sdk/client-secrets-manager'
import * as sqs from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { endAll } from '../support/endings.js'
import { actionOf } from './action-of.js'
import { grantedRights } from './granted-rights.js'
import { packageTemplate } from './packaged-template.js'

// What a scenario does not reach is not recorded: so every call whose name is in a bundle at all is accounted for.

const clients = { sqs, dynamodb, secretsmanager: secrets, events: eventbridge }
const calls = Object.entries(clients).flatMap(([service, client]) =>
  Object.keys(client).flatMap(name => {
    const called = /^(\w+)Command$/.exec(name)?.[1]
    return called === undefined ? [] : [{ called, action: actionOf(service, called) }]
  }),
)

/** All functions are made of one composition root: these parts of it are another function's and never called in this one. */
const neverCalled: Record<string, { file: string; actions: string[] }> = {
  performOperations: {
    file: 'perform-operations',
    // The ledger's list of what is open, for reconciliation.
    actions: ['dynamodb:Scan'],
  },
  acceptOperation: {
    file: 'accept-operation',
    // The ledger, the credentials, and giving back what could not be finished.
    actions: [
      'dynamodb:BatchGetItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:Scan',
      'dynamodb:UpdateItem',
      'secretsmanager:GetSecretValue',
      'sqs:ChangeMessageVisibility',
    ],
  },
  reconcilePayments: { file: 'reconcile-payments', actions: [] },
  receiveWebhook: { file: 'receive-webhook', actions: [] },
  resolveWebhook: {
    file: 'resolve-webhook',
    // The ledger of requests: an order has a record of its own in that table.
    actions: ['dynamodb:Query', 'dynamodb:Scan', 'dynamodb:UpdateItem'],
  },
}

let granted: Record<string, string[]>
beforeAll(async () => {
  granted = grantedRights((await packageTemplate()).json)
})
afterAll(endAll)

describe('a bundle', () => {
  it.each(Object.entries(neverCalled))(
    'of %s names no call beyond its role that is not accounted for',
    async (key, { file, actions }) => {
      const code = await readFile(`dist/functions/${file}.mjs`, 'utf8')
      const named = calls.filter(({ called }) => new RegExp(`["'\`]${called}["'\`]`).test(code))
      const allowed = new Set(granted[key]?.map(right => right.split(' ')[0]))
      const beyond = named.map(({ action }) => action).filter(action => !allowed.has(action))
      expect([...new Set(beyond)].sort()).toEqual(actions)
    },
  )
})
