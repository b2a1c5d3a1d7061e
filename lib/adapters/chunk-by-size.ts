/** Splits into consecutive chunks of at most `count` items and `bytes` bytes; an item larger than that gets its own. */
export function chunkBySize<T>(
  items: T[],
  bytesOf: (item: T) => number,
  limits: { count: number; bytes: number },
): T[][] {
  const chunks: T[][] = []
  let current: T[] = []
  let bytes = 0
  for (const item of items) {
    const size = bytesOf(item)
    if (current.length > 0 && (current.length >= limits.count || bytes + size > limits.bytes)) {
      chunks.push(current)
      current = []
      bytes = 0
    }
    current.push(item)
    bytes += size
  }
  return current.length > 0 ? [...chunks, current] : chunks
}
