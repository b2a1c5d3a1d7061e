/** Options that are numbers: more than zero, or `orZero`. Ends the program with 2 and names each that is none. */
export function readAmounts<K extends string>(
  values: Record<K, string>,
  orZero: readonly NoInfer<K>[] = [],
): Record<K, number> {
  const names = Object.keys(values) as K[]
  const wrong = names.filter(name => {
    const isNumber = /^\d+(\.\d+)?$/.test(values[name])
    return !isNumber || (Number(values[name]) === 0 && !orZero.includes(name))
  })
  if (wrong.length > 0) {
    for (const name of wrong) console.error(`--${name}: must be a number above zero`)
    process.exit(2)
  }
  return Object.fromEntries(names.map(name => [name, Number(values[name])])) as Record<K, number>
}
