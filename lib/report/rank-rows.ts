/** For each row its place in the order of one column; equal rows share a place, so that sorting by it is stable. */
export function rankRows<Row>(rows: Row[], compare: (a: Row, b: Row) => number): number[] {
  const ranks: number[] = new Array(rows.length).fill(0)
  const order = rows.map((row, index) => ({ row, index })).sort((a, b) => compare(a.row, b.row))
  let rank = 0
  order.forEach(({ row, index }, place) => {
    const before = order[place - 1]
    if (before !== undefined && compare(before.row, row) !== 0) rank += 1
    ranks[index] = rank
  })
  return ranks
}
