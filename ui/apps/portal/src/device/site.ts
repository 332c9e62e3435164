/** The county this portal speaks for, asked once. */
import { computed, reactive } from 'vue'
import type { OpenSite } from '@chengshu/api'
import { lang } from '@chengshu/ui/words.ts'
import { setCityTime } from '@chengshu/ui/time.ts'
import { city } from './city'

const known = reactive<{ site: OpenSite | null; failed: boolean }>({ site: null, failed: false })
let asked: Promise<void> | null = null

export function loadSite(): Promise<void> {
  asked ??= city.site().then(
    (site) => {
      known.site = site
      known.failed = false
      if (site.now) setCityTime(site.now)
    },
    () => { known.failed = true; asked = null },
  )
  return asked
}

export const site = computed(() => known.site)
export const siteFailed = computed(() => known.failed)
export const county = computed(() => {
  const s = known.site
  if (!s) return ''
  return lang.value === 'en' ? (s.title_en ?? s.title) : s.title
})

/** Saved data or a dear line: draw nothing that is only beautiful. */
export const frugal = (): boolean => {
  const line = (navigator as { connection?: { saveData?: boolean; effectiveType?: string } }).connection
  return line?.saveData === true || line?.effectiveType === '2g' || line?.effectiveType === 'slow-2g'
}
