/** One open case: read, followed live, moved on; the version travels with every move. */
import { onBeforeUnmount, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { cases, type ApiError, type CaseChanged, type CaseOut, type Row } from '@chengshu/api'
import { asApiError, useLive, useResync } from '@chengshu/ui'

export interface OpenCase {
  data: ShallowRef<CaseOut | null>
  error: ShallowRef<ApiError | null>
  asOf: Ref<string | undefined>
  reload: () => Promise<void>
  move: (id: string, values: Row) => Promise<void>
}

/** Tasks that were given out later do not belong to the picture of then. */
function before(found: CaseOut, at: string): CaseOut {
  const then = Date.parse(at)
  const tasks = found.tasks.filter((task) => Date.parse(task.opened_at) <= then)
  return { ...found, tasks: tasks.map((task) => (task.done_at && Date.parse(task.done_at) > then ? { ...task, done_at: null, verdict: null } : task)) }
}

export function useCase(id: () => number | string | null, moved: (found: CaseOut) => void = () => {}): OpenCase {
  const data = shallowRef<CaseOut | null>(null)
  const error = shallowRef<ApiError | null>(null)
  const asOf = ref<string>()
  let asking = 0
  let alive = true

  async function reload(): Promise<void> {
    const wanted = id()
    if (wanted === null) return
    asking += 1
    const mine = asking
    try {
      const found = await cases.one(wanted, asOf.value)
      if (mine !== asking || !alive) return
      data.value = asOf.value ? before(found, asOf.value) : found
      error.value = null
    } catch (fault) {
      if (mine === asking && alive) error.value = asApiError(fault)
    }
  }

  async function move(name: string, values: Row): Promise<void> {
    const current = data.value
    if (!current) return
    try {
      data.value = await cases.move(current.id, name, current.version, values)
      moved(data.value)
    } catch (fault) {
      // Someone else was faster: show the case as it is now, and let the person decide again.
      if (asApiError(fault).status === 412) void reload()
      throw fault
    }
  }

  watch(
    () => String(id()),
    () => {
      data.value = null
      error.value = null
      asOf.value = undefined
      void reload()
    },
    { immediate: true },
  )
  watch(asOf, () => void reload())
  useLive<CaseChanged>('cases.changed', (event) => {
    if (event.id === data.value?.id && event.version > data.value.version && !asOf.value) void reload()
  })
  useResync(() => void reload())
  onBeforeUnmount(() => (alive = false))
  return { data, error, asOf, reload, move }
}
