/** How values of a board are written and toned. */
export function shown(value: number | null | undefined): string {
  if (value === null || value === undefined) return '—'
  const digits = Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : 1
  return value.toLocaleString('zh-CN', { maximumFractionDigits: digits, minimumFractionDigits: 0 })
}

export function bandTone(band: string | null | undefined): 'red' | 'yellow' | '' {
  if (band === 'red' || band === 'orange') return 'red'
  return band === 'yellow' ? 'yellow' : ''
}

/** `11-21` from `2026-11-21`. */
export const shortDay = (day: string | null): string => (day ?? '').slice(5)
