import type { HookState, JudgedScope } from './judge-hooks.js'

const words: Record<HookState, string> = {
  active: 'is active',
  wrongHeader: "lacks the header of the store's secret, so each is refused",
  off: 'is switched off',
  missing: 'is not registered',
}

/** `store/order/refund/created (hook 12) is switched off`. */
export const describeHook = ({ scope, hookId, state }: JudgedScope): string =>
  `${scope}${hookId === undefined ? '' : ` (hook ${hookId})`} ${words[state]}`
