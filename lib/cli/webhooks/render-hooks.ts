import type { Hook } from '../../core/webhook/hook.js'
import { fitText } from '../operate/fit-text.js'

/** A webhook as `--json` prints it: of the header only whether there is one. */
export const viewHook = ({ id, scope, destination, isActive, header }: Hook) => ({
  id,
  scope,
  destination,
  isActive,
  ...(header !== 'notShown' && { hasHeader: header !== 'absent' }),
})

/** Each webhook on two lines, 80 columns wide; `hidden`: others', which are not shown. */
export function renderHooks(hooks: Hook[], hidden: number): string[] {
  const more = hidden === 0 ? [] : fitText(`Webhooks of others: ${hidden} (--all shows them).`)
  if (hooks.length === 0) return ['No webhook.', ...more]
  return [...hooks.flatMap(renderHook), ...(more.length === 0 ? [] : ['', ...more])]
}

const renderHook = ({ id, scope, destination, isActive }: Hook): string[] => [
  ...fitText(`${id}  ${isActive ? 'active' : 'OFF   '}  ${scope}`),
  ...fitText(destination, '  '),
]
