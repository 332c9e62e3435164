/** Two languages in one typed table beside the component that shows them; Chinese first. */
import { ref } from 'vue'
import type { Lang } from '@chengshu/api'
import { configure } from '@chengshu/api'

const KEY = 'chengshu.lang'
const stored = typeof localStorage === 'undefined' ? null : localStorage.getItem(KEY)

export const lang = ref<Lang>(stored === 'en' ? 'en' : 'zh')
applyLang(lang.value)

function applyLang(value: Lang): void {
  configure({ lang: value })
  if (typeof document !== 'undefined') document.documentElement.lang = value === 'zh' ? 'zh-CN' : 'en'
}

export function setLang(value: Lang): void {
  lang.value = value
  if (typeof localStorage !== 'undefined') localStorage.setItem(KEY, value)
  applyLang(value)
}

export type Words = Record<string, readonly [zh: string, en: string]>
export type Params = Record<string, string | number>

/** Make the translator of one component: `const t = words({ save: ['保存', 'Save'] }); t('save')`. */
export function words<W extends Words>(table: W): (key: keyof W, params?: Params) => string {
  return (key, params) => {
    const pair = table[key] as readonly [string, string] | undefined
    return pair ? fill(lang.value === 'zh' ? pair[0] : pair[1], params) : String(key)
  }
}

export function fill(text: string, params?: Params): string {
  if (!params) return text
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole))
}
