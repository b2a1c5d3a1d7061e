import { listDeadLetters, showDeadLetter } from '../commands/dead-letters.js'
import { describeListDeadLetters, describeShowDeadLetter } from '../operate/operate-help.js'
import type { OperateOptions } from '../operate/operate-settings.js'
import type { Register } from './register.js'

/** The dead-letter queues: what is in them, and what may be done about it. */
export const registerDeadLetters: Register = (program, run) => {
  const deadLetters = program.command('dlq').description('The dead-letter queues, explained by the ledger.')
  describeListDeadLetters(deadLetters.command('list')).action((options: OperateOptions) =>
    run(deps => listDeadLetters(options, deps)),
  )
  describeShowDeadLetter(deadLetters.command('show')).action((messageId: string, options: OperateOptions) =>
    run(deps => showDeadLetter(messageId, options, deps)),
  )
}
