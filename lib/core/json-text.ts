/**
 * A JSON value as JSON text, however deep: JSON.parse reads a hundred thousand levels, JSON.stringify throws a RangeError at a
 * few thousand, and what came from the bus has to reach the dead-letter queue whatever it is.
 */
export function writeJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null'
  } catch (error) {
    // The call stack is what gave out; anything else would be a bug.
    if (!(error instanceof RangeError)) throw error
    return writeDeep(value)
  }
}

type Step = { text: string } | { value: unknown }

/** With a stack of its own instead of the call stack; what is to be written last lies at the bottom. */
function writeDeep(root: unknown): string {
  const steps: Step[] = [{ value: root }]
  let text = ''
  for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
    if ('text' in step) text += step.text
    else for (const next of takeApart(step.value).reverse()) steps.push(next)
  }
  return text
}

function takeApart(value: unknown): Step[] {
  if (typeof value !== 'object' || value === null) return [{ text: JSON.stringify(value) }]
  if (Array.isArray(value)) {
    const items = value.flatMap((item: unknown, index) => [{ text: index === 0 ? '' : ',' }, { value: item }])
    return [{ text: '[' }, ...items, { text: ']' }]
  }
  const fields = Object.entries(value).flatMap(([key, field], index) => [
    { text: `${index === 0 ? '' : ','}${JSON.stringify(key)}:` },
    { value: field },
  ])
  return [{ text: '{' }, ...fields, { text: '}' }]
}
