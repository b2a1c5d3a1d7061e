import { showQuota } from '../commands/quota.js'
import { type ResolveOptions, resolveDoubtful } from '../commands/resolve.js'
import {
  type CheckSecretsOptions,
  type SetSecretOptions,
  storeSecret,
  tryStores,
} from '../commands/secrets.js'
import { type SubmitOptions, submitRequests } from '../commands/submit.js'
import {
  describeCheckSecrets,
  describeQuota,
  describeResolve,
  describeSetSecret,
} from '../operate/mending-help.js'
import type { OperateOptions } from '../operate/operate-settings.js'
import { describeSubmit } from '../operate/submit-help.js'
import type { Register } from './register.js'

/** What a person asks for, settles or sets: requests, doubts, secrets. */
export const registerMending: Register = (program, run) => {
  describeSubmit(program.command('submit')).action((requests: string, options: SubmitOptions) =>
    run(deps => submitRequests(requests, options, deps)),
  )
  describeResolve(program.command('resolve')).action((requestId: string, options: ResolveOptions) =>
    run(deps => resolveDoubtful(requestId, options, deps)),
  )
  const secrets = program.command('secrets').description("The stores' credentials: set and try them.")
  describeSetSecret(secrets.command('set')).action((store: string, options: SetSecretOptions) =>
    run(deps => storeSecret(store, options, deps)),
  )
  describeCheckSecrets(secrets.command('check')).action((stores: string[], options: CheckSecretsOptions) =>
    run(deps => tryStores(stores, options, deps)),
  )
  describeQuota(program.command('quota')).action((options: OperateOptions) =>
    run(deps => showQuota(options, deps)),
  )
}
