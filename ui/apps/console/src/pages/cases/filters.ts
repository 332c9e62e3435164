/** Filters of the case list: they live in the address, and favourites in this browser. */
import { computed, ref, type ComputedRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { Query } from '@chengshu/api'

/** Filters with a control of their own. */
export const MAIN = ['view', 'stage', 'class', 'org', 'town', 'channel', 'due', 'q'] as const
/** Filters that come with a link, from a number or a ranking; shown as a tag that can be taken off. */
export const LINKED = [
  'state', 'region', 'village', 'grid', 'type', 'urgency', 'person', 'rating', 'verdict', 'returned', 'reworked', 'open',
  'closed', 'overdue', 'ontime', 'since', 'until', 'closed_since', 'closed_until', 'parent',
] as const
export const FILTERS = [...MAIN, ...LINKED]
export type FilterName = (typeof FILTERS)[number]
export type Filters = Partial<Record<FilterName, string>>

const KEY = 'chengshu.cases.saved'
export interface SavedFilter {
  name: string
  query: Filters
}

export function readSaved(text: string | null): SavedFilter[] {
  try {
    const found: unknown = JSON.parse(text ?? '[]')
    if (!Array.isArray(found)) return []
    return found.filter((one): one is SavedFilter => typeof one?.name === 'string' && typeof one?.query === 'object')
  } catch {
    return []
  }
}

export function pickFilters(query: Record<string, unknown>): Filters {
  const found: Filters = {}
  for (const name of FILTERS) {
    const value = query[name]
    if (typeof value === 'string' && value) found[name] = value
  }
  return found
}

export function useFilters(): {
  filters: ComputedRef<Filters>
  query: () => Query
  set: (change: Filters) => void
  clear: () => void
  saved: ReturnType<typeof ref<SavedFilter[]>>
  save: (name: string) => void
  drop: (name: string) => void
  use: (one: SavedFilter) => void
} {
  const route = useRoute()
  const router = useRouter()
  const filters = computed(() => pickFilters(route.query))
  const saved = ref<SavedFilter[]>(readSaved(localStorage.getItem(KEY)))

  function keep(next: SavedFilter[]): void {
    saved.value = next
    localStorage.setItem(KEY, JSON.stringify(next))
  }
  function show(next: Filters): void {
    const rest = Object.fromEntries(Object.entries(route.query).filter(([name]) => !FILTERS.includes(name as FilterName)))
    void router.replace({ query: { ...rest, ...next } })
  }
  return {
    filters,
    query: () => ({ view: 'all', ...filters.value }),
    set: (change) => show(pickFilters({ ...filters.value, ...change })),
    clear: () => show({}),
    saved,
    save: (name) => keep([...(saved.value ?? []).filter((one) => one.name !== name), { name, query: filters.value }]),
    drop: (name) => keep((saved.value ?? []).filter((one) => one.name !== name)),
    use: (one) => show(one.query),
  }
}
