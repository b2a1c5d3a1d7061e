/** Who does a thing by hand, and why: kept for as long as the ledger keeps the request. */
export type Signature = { by: string; reason: string }

const charactersMax = { by: 100, reason: 500 }

/** What is wrong with who and why as they were typed; nothing where they are good to be kept. */
export const checkSignature = (signature: Signature): string[] =>
  (['by', 'reason'] as const).flatMap(name => {
    const text = signature[name]
    const most = charactersMax[name]
    return text.trim() === '' || text.length > most || /[\p{Cc}\p{Cf}\p{Cs}]/u.test(text)
      ? [`--${name}: 1 to ${most} characters on one line`]
      : []
  })
