export type ViolationKind = 'crash' | 'unnamed' | 'call for invalid' | 'other'

/** A promise that was broken, and by what. */
export class Violation extends Error {
  override readonly name = 'Violation'

  constructor(
    readonly kind: ViolationKind,
    message: string,
    input: string,
  ) {
    super(
      `${message}\n  input: ${input.length > 2_000 ? `${input.slice(0, 2_000)}… (${input.length} characters)` : input}`,
    )
  }
}

export function promise(holds: boolean, kind: ViolationKind, message: string, input: string): asserts holds {
  if (!holds) throw new Violation(kind, message, input)
}
