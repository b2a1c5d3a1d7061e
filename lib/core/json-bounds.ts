/**
 * Whether JSON text opens more lists and objects inside each other than `levels`, or separates more than `values`. Looked at before
 * it is parsed: eight megabytes of brackets become hundreds of megabytes. Text that is no JSON has some answer, and fails to
 * parse afterwards.
 */
export function isBeyond(json: string, { levels, values }: { levels: number; values: number }): boolean {
  let [depth, commas] = [0, 0]
  let isInText = false
  for (let at = 0; at < json.length; at += 1) {
    const code = json.charCodeAt(at)
    if (code === quote) isInText = !isInText
    else if (isInText) {
      // What follows it is escaped, be it a quote.
      if (code === backslash) at += 1
    } else if (code === comma) commas += 1
    else if (code === openList || code === openObject) depth += 1
    else if (code === closeList || code === closeObject) depth -= 1
    if (depth > levels || commas >= values) return true
  }
  return false
}

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c]
const [openList, closeList, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d]
