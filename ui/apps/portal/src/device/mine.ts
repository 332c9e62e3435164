/** The reports made from this device, with the codes that open them. */
import { reactive } from 'vue'

const KEPT = 'chengshu.portal.mine'
const MOST = 50

export interface Mine { number: string; code: string; title: string; at: string; state?: string; rate?: boolean }

function kept(): Mine[] {
  try {
    const list = JSON.parse(localStorage.getItem(KEPT) ?? '[]') as Mine[]
    return Array.isArray(list) ? list.filter((m) => typeof m.number === 'string' && typeof m.code === 'string') : []
  } catch {
    return []
  }
}

export const mine = reactive<{ list: Mine[] }>({ list: kept() })

function keep(): void {
  try {
    localStorage.setItem(KEPT, JSON.stringify(mine.list))
  } catch {
    // Without storage the number and code on the screen are all there is; the page says to note them.
  }
}

export function remember(one: Mine): void {
  const known = mine.list.find((m) => m.number === one.number)
  if (known) Object.assign(known, one)
  else mine.list = [one, ...mine.list].slice(0, MOST)
  keep()
}

export function forget(number: string): void {
  mine.list = mine.list.filter((m) => m.number !== number)
  keep()
}

export function codeOf(number: string): string {
  return mine.list.find((m) => m.number === number)?.code ?? ''
}
