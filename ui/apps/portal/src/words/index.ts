/** The portal's words in the reader's tongue; elder mode has plainer ones. */
import { computed, ref, shallowRef, watchEffect } from 'vue'
import { fill, lang, setLang, type Params } from '@chengshu/ui/words.ts'
import { zh, zhElder, type Dictionary, type Key } from './zh'

export { lang, setLang }
export type { Key }

const KEPT = 'chengshu.elder'

function kept(): boolean {
  try {
    return localStorage.getItem(KEPT) === '1'
  } catch {
    return false
  }
}

export const elder = ref(kept())

export function setElder(on: boolean): void {
  elder.value = on
  try {
    localStorage.setItem(KEPT, on ? '1' : '0')
  } catch {
    // Private windows refuse storage; the choice then lasts as long as the page.
  }
}

// English is fetched only by those who ask for it: most readers never do.
const english = shallowRef<Dictionary | null>(null)

watchEffect(() => {
  if (lang.value === 'en' && !english.value) void import('./en').then((m) => (english.value = m.en))
  document.documentElement.classList.toggle('elder', elder.value)
})

function sentence(key: Key): string {
  if (lang.value === 'en') return english.value?.[key] ?? zh[key]
  return (elder.value ? zhElder[key] : undefined) ?? zh[key]
}

export function t(key: Key, values?: Params): string {
  return fill(sentence(key), values)
}

const locale = computed(() => (lang.value === 'en' ? 'en-GB' : 'zh-CN'))
export { locale }

/** A moment as the county's clock shows it, whatever the zone of the reader's device. */
export function moment(iso: string | null | undefined, withDate = true): string {
  const date = new Date(iso ?? '')
  if (Number.isNaN(date.getTime())) return ''
  const day: Intl.DateTimeFormatOptions = withDate ? { month: 'long', day: 'numeric' } : {}
  return new Intl.DateTimeFormat(locale.value, {
    ...day, hour: '2-digit', minute: '2-digit', hour12: false, timeZone: 'Asia/Shanghai',
  }).format(date)
}

export function span(minutes: number): string {
  const n = Math.abs(minutes)
  if (n < 60) return t('time.minutes', { n: Math.round(n) })
  if (n < 48 * 60) return t('time.hours', { n: Math.round(n / 60) })
  return t('time.days', { n: Math.round(n / 1440) })
}
