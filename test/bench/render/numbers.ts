import type { Summary } from '../summary.js'

/** Three significant digits, whole numbers from a hundred on. */
export function formatNumber(value: number): string {
  if (value === 0) return '0'
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 1 ? 2 : 3
  return value.toFixed(digits).replace(/\B(?=(\d{3})+(?!\d))/g, digits === 0 ? ',' : '')
}

/** `41.2 (39.0–48.1)`: the median, and between what. */
export const formatSummary = ({ median, min, max }: Summary): string =>
  min === max ? formatNumber(median) : `${formatNumber(median)} (${formatNumber(min)}–${formatNumber(max)})`
