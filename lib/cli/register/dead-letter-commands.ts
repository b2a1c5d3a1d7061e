import { type DiscardOptions, discardDeadLetters } from '../commands/discard-letters.js'
import { type EditOptions, editDeadLetter } from '../commands/edit-letter.js'
import { type ExportOptions, exportLetters } from '../commands/export-letters.js'
import { listLetters } from '../commands/list-letters.js'
import { type RedriveOptions, redriveDeadLetters } from '../commands/redrive-letters.js'
import { showLetter } from '../commands/show-letter.js'
import { describeDiscard, describeEditLetter, describeRedrive } from '../operate/letter-change-help.js'
import {
  describeDeadLetters,
  describeExportLetters,
  describeListLetters,
  describeShowLetter,
} from '../operate/letter-help.js'
import type { LetterOptions } from '../operate/letter-settings.js'
import type { Register } from './register.js'

/** The dead-letter queues: what is in them, and what may be done about it. */
export const registerDeadLetters: Register = (program, run) => {
  const deadLetters = describeDeadLetters(program.command('dlq'))
  describeListLetters(deadLetters.command('list')).action((options: LetterOptions) =>
    run(deps => listLetters(options, deps)),
  )
  describeShowLetter(deadLetters.command('show')).action((messageId: string, options: LetterOptions) =>
    run(deps => showLetter(messageId, options, deps)),
  )
  describeExportLetters(deadLetters.command('export')).action((ids: string[], options: ExportOptions) =>
    run(deps => exportLetters(options, ids, deps)),
  )
  describeRedrive(deadLetters.command('redrive')).action((ids: string[], options: RedriveOptions) =>
    run(deps => redriveDeadLetters(options, ids, deps)),
  )
  describeEditLetter(deadLetters.command('edit')).action((messageId: string, options: EditOptions) =>
    run(deps => editDeadLetter(messageId, options, deps)),
  )
  describeDiscard(deadLetters.command('discard')).action((ids: string[], options: DiscardOptions) =>
    run(deps => discardDeadLetters(options, ids, deps)),
  )
}
