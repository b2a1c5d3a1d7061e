/**
 * Why pages of a list may have passed over an item: an absence from them would then prove nothing. A count comes from an
 * index that may be ahead of the rows, and an item that comes or goes between two pages moves all behind it.
 */
export function findGap(
  items: { id: number }[],
  page: unknown[],
  totalBefore: number | undefined,
  total: number | undefined,
): string | undefined {
  if (total !== totalBefore) return 'the list changed while it was read'
  if (new Set(items.map(({ id }) => id)).size < items.length)
    return 'the list shows an item twice, so it changed while it was read'
  if (page.length === 0 && total !== undefined && items.length < total)
    return `the list says that it holds ${total} items and shows ${items.length}`
  return undefined
}
