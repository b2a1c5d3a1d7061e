/** What a test has opened, to be closed by its `afterEach`, the latest first. */
const endings: (() => unknown)[] = []

export function atTheEnd(end: () => unknown): void {
  endings.push(end)
}

export async function endAll(): Promise<void> {
  for (const end of endings.splice(0).reverse()) await end()
}
