/** A keyset-paged list in memory: load, more, and refresh of single rows when a push touches them. */
import { onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import type { ApiError, Page } from '@chengshu/api'
import { asApiError } from '@chengshu/ui'

export interface Pages<R> {
  rows: ShallowRef<R[]>
  more: Ref<boolean>
  busy: Ref<boolean>
  first: Ref<boolean>
  error: ShallowRef<ApiError | null>
  reload: () => Promise<void>
  loadMore: () => Promise<void>
  patch: (key: string | number, change: (row: R) => R | null) => boolean
  prepend: (row: R) => void
}

export function usePages<R extends object>(
  fetchPage: (after: string | undefined, signal: AbortSignal) => Promise<Page<R>>,
  keyOf: (row: R) => string | number,
): Pages<R> {
  const rows = shallowRef<R[]>([])
  const error = shallowRef<ApiError | null>(null)
  const more = ref(false)
  const busy = ref(false)
  const first = ref(true)
  let next: string | undefined
  let current: AbortController | null = null

  async function take(after: string | undefined): Promise<void> {
    current?.abort()
    const mine = new AbortController()
    current = mine
    busy.value = true
    try {
      const page = await fetchPage(after, mine.signal)
      if (current !== mine) return
      rows.value = after ? merge(rows.value, page.items) : page.items
      next = page.next ?? undefined
      more.value = next !== undefined
      error.value = null
      first.value = false
    } catch (fault) {
      if (current !== mine) return
      error.value = asApiError(fault)
      more.value = false
    } finally {
      if (current === mine) busy.value = false
    }
  }

  /** Rows may have moved between two pages while we read: keep each once. */
  function merge(known: R[], fresh: R[]): R[] {
    const seen = new Set(known.map(keyOf))
    return [...known, ...fresh.filter((row) => !seen.has(keyOf(row)))]
  }

  function patch(key: string | number, change: (row: R) => R | null): boolean {
    const at = rows.value.findIndex((row) => keyOf(row) === key)
    if (at < 0) return false
    const changed = change(rows.value[at] as R)
    rows.value = changed ? rows.value.with(at, changed) : rows.value.toSpliced(at, 1)
    return true
  }

  function prepend(row: R): void {
    if (patch(keyOf(row), () => row)) return
    rows.value = [row, ...rows.value]
  }

  onScopeDispose(() => current?.abort())
  return {
    rows,
    more,
    busy,
    first,
    error,
    patch,
    prepend,
    reload: () => take(undefined),
    loadMore: async () => {
      if (!busy.value && next) await take(next)
    },
  }
}
