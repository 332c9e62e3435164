/** Columns of the case table; the screen declaration decides, this browser remembers what was chosen. */
import { computed, ref, type ComputedRef, type Ref } from 'vue'
import { cases, type Column } from '@chengshu/api'
import { lang, useLoad } from '@chengshu/ui'

const KEY = 'chengshu.cases.columns'
const WIDTHS: Record<string, number> = {
  number: 140,
  state_title: 100,
  stage_title: 90,
  class_title: 150,
  town_name: 130,
  lead_name: 140,
  holder_name: 140,
  opened_at: 120,
  due_at: 150,
  clock: 140,
  channel: 96,
  urgency: 90,
  grid: 150,
}
// Declarations may speak of `state` or `lead`; the row carries their words under these names.
const SHOWN_AS: Record<string, string> = {
  state: 'state_title',
  stage: 'stage_title',
  class: 'class_title',
  town: 'town_name',
  lead: 'lead_name',
  holder: 'holder_name',
  due: 'due_at',
  color: 'due_at',
  clock: 'due_at',
}
const FALLBACK: readonly (readonly [name: string, zh: string, en: string])[] = [
  ['number', '编号', 'Number'],
  ['title', '标题', 'Title'],
  ['state_title', '状态', 'State'],
  ['due_at', '时限', 'Clock'],
  ['class_title', '类别', 'Class'],
  ['town_name', '镇街', 'Town'],
  ['lead_name', '主办', 'Lead'],
  ['opened_at', '受理时间', 'Opened'],
]

/** Known but not shown until asked for. */
const QUIET = new Set(['address', 'channel', 'urgency'])

export function declaredColumns(declared: readonly Column[]): Column[] {
  const seen = new Set<string>()
  const found: Column[] = []
  for (const one of declared) {
    const name = SHOWN_AS[one.name] ?? one.name
    if (seen.has(name)) continue
    seen.add(name)
    const width = WIDTHS[name] ?? one.width
    found.push(width === undefined ? { name, title: one.title } : { name, title: one.title, width })
  }
  return found
}

export function useColumns(): { all: ComputedRef<Column[]>; shown: ComputedRef<Column[]>; chosen: Ref<string[] | null>; choose: (names: string[]) => void } {
  const screen = useLoad(() => cases.screen())
  const chosen = ref<string[] | null>(readChosen())
  const all = computed(() => {
    const declared = screen.data.value?.columns
    const source = declared?.length ? declared : FALLBACK.map(([name, zh, en]) => ({ name, title: lang.value === 'zh' ? zh : en }))
    return declaredColumns(source)
  })
  const shown = computed(() => {
    const picked = all.value.filter((one) => (chosen.value ? chosen.value.includes(one.name) : !QUIET.has(one.name)))
    return picked.length ? picked : all.value
  })
  return {
    all,
    shown,
    chosen,
    choose(names) {
      chosen.value = names
      localStorage.setItem(KEY, JSON.stringify(names))
    },
  }
}

function readChosen(): string[] | null {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? 'null')
    return Array.isArray(found) ? found.map(String) : null
  } catch {
    return null
  }
}
