import type { HookState } from '../../core/webhook/judge-hooks.js'
import type { Mended, MendedScope } from '../../engine/webhook/mend-hooks.js'
import { fitText } from '../operate/fit-text.js'
import { viewHook } from './render-hooks.js'

type Listed = Extract<Mended, { listed: true }>

/** The webhooks that there should be, as `--json` prints them; `others` are ours too, and not needed. */
export const viewMended = ({ scopes, others }: Listed, url: string) => ({
  url,
  webhooks: scopes,
  others: others.map(viewHook),
})

/** As each was found. */
const stateWords: Record<HookState, string> = {
  active: 'active',
  wrongHeader: 'wrong header',
  off: 'switched off',
  missing: 'missing',
}
/** What was done about it; of what is as it should be nothing is said. */
const doneWords: Record<MendedScope['done'], string | undefined> = {
  nothing: undefined,
  created: 'registered now',
  reactivated: 'switched on again',
  headerSet: "given the header of the store's secret",
  wouldMend: 'would be put right',
  left: 'left as it is: payops webhooks create puts it right',
  failed: 'could not be put right',
}

/** Each webhook as it was found, and below it what was done; 80 columns wide. */
export const renderMended = ({ scopes, others }: Listed, url: string): string =>
  [
    ...fitText(`To ${url}`),
    ...scopes.flatMap(renderScope),
    ...others.flatMap(({ id, scope, isActive }) =>
      renderLine(isActive ? 'not needed' : 'off, not needed', scope, id),
    ),
  ].join('\n')

function renderScope({ state, scope, hookId, done, why }: MendedScope): string[] {
  const told = [doneWords[done], why].filter(part => part !== undefined).join(': ')
  return [
    ...renderLine(stateWords[state], scope, hookId),
    ...(told === '' ? [] : fitText(told, ' '.repeat(indent))),
  ]
}

const indent = 17
const renderLine = (word: string, scope: string, id: number | undefined): string[] =>
  fitText(`${word.padEnd(indent)}${scope}${id === undefined ? '' : ` (hook ${id})`}`)
