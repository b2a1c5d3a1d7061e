import type { Hook } from '../../lib/core/webhook/hook.js'
import { type WebhookScope, webhookScopes } from '../../lib/core/webhook/webhook-rules.js'
import type { Access, HookAnswer, HookHeader, StoreHooks } from '../../lib/engine/ports.js'

export const ourUrl = 'https://hooks.example.com/'

/** How one call goes wrong: unanswered before or after it took effect, or answered so. */
export type HookTrouble = 'none' | 'lostBefore' | 'lostAfter' | 'throttled' | 'credentials' | 'rejected'

/** A store's webhooks as its API keeps them; the pages are of two, so that every list has several. */
export class MemoryHooks implements StoreHooks {
  readonly hooks: Hook[] = []
  /** Of each call in turn, once; then all go well. */
  troubles: HookTrouble[] = []
  /** What a registered webhook starts as. */
  createsActive = true
  /** Whether one that is to be switched on is. */
  switchesOn = true
  /** `list`, `create <scope>`, `activate <id>`. */
  readonly calls: string[] = []

  add(scope: string, hook: Partial<Hook> = {}): Hook {
    const id = this.hooks.length + 1
    const added: Hook = { id, scope, destination: ourUrl, isActive: true, header: 'absent', ...hook }
    this.hooks.push(added)
    return added
  }

  addAll(hook: Partial<Hook> = {}): void {
    for (const scope of webhookScopes) this.add(scope, hook)
  }

  find = (scope: WebhookScope): Hook[] => this.hooks.filter(hook => hook.scope === scope)

  list = (_: Access, page: number) =>
    this.#call('list', () => ({
      hooks: this.hooks.slice(page * 2 - 2, page * 2).map(hook => ({ ...hook })),
      isLast: page * 2 >= this.hooks.length,
    }))

  create = (
    _: Access,
    { scope, destination, headerValue }: { scope: string; destination: string } & HookHeader,
  ) =>
    this.#call(`create ${scope}`, () =>
      this.add(scope, {
        destination,
        isActive: this.createsActive,
        header: headerValue ?? 'absent',
      }),
    )

  activate = async (_: Access, id: number, { headerValue }: HookHeader): Promise<HookAnswer<Hook>> => {
    const hook = this.hooks.find(one => one.id === id)
    if (hook === undefined) return { meaning: 'notFound', message: 'HTTP 404' }
    return this.#call(`activate ${id}`, () =>
      Object.assign(hook, { isActive: this.switchesOn, ...(headerValue && { header: headerValue }) }),
    )
  }

  async #call<T>(name: string, work: () => T): Promise<HookAnswer<T>> {
    this.calls.push(name)
    const trouble = this.troubles.shift() ?? 'none'
    if (trouble === 'none') return { meaning: 'success', content: work() }
    if (trouble === 'lostAfter') work()
    if (trouble === 'throttled') return { meaning: 'throttled', message: 'HTTP 429', waitMs: 700 }
    if (trouble === 'credentials' || trouble === 'rejected') return { meaning: trouble, message: 'HTTP 4xx' }
    return { meaning: 'lost', message: 'ETIMEDOUT: no answer' }
  }
}
