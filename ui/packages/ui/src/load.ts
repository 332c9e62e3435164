/** Loading as a value: data, fault and progress of one request, safe against answers that come out of order. */
import { getCurrentScope, onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { ApiError } from '@chengshu/api'

export interface Loading<T> {
  data: ShallowRef<T | null>
  error: ShallowRef<ApiError | null>
  busy: Ref<boolean>
  reload: () => Promise<void>
}

export function asApiError(fault: unknown): ApiError {
  if (fault instanceof ApiError) return fault
  const detail = fault instanceof Error ? fault.message : String(fault)
  return new ApiError({ title: detail, detail, status: -1, code: 'client.unexpected' })
}

/** Run `load` now and on every `reload()`; only the newest answer counts. */
export function useLoad<T>(load: (signal: AbortSignal) => Promise<T>, now = true): Loading<T> {
  const data = shallowRef<T | null>(null)
  const error = shallowRef<ApiError | null>(null)
  const busy = ref(false)
  let current: AbortController | null = null

  async function reload(): Promise<void> {
    current?.abort()
    const mine = new AbortController()
    current = mine
    busy.value = true
    try {
      const answer = await load(mine.signal)
      if (current !== mine) return
      data.value = answer
      error.value = null
    } catch (fault) {
      if (current === mine) error.value = asApiError(fault)
    } finally {
      if (current === mine) busy.value = false
    }
  }

  if (getCurrentScope()) onScopeDispose(() => current?.abort())
  if (now) void reload()
  return { data, error, busy, reload }
}

/** Gather bursts of calls into one, `wait` milliseconds after the last. */
export function later<A extends unknown[]>(run: (...args: A) => void, wait: number): (...args: A) => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  return (...args) => {
    clearTimeout(timer)
    timer = setTimeout(() => run(...args), wait)
  }
}

/** Run at most once per `wait` milliseconds, the first time `wait` after the first call: a busy city never starves it. */
export function paced(run: () => void, wait: number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  return () => {
    timer ??= setTimeout(() => {
      timer = undefined
      run()
    }, wait)
  }
}
