/** Today's tasks: from the city when it answers, else as they were read last, with the time of reading. */
import { computed, ref, shallowRef } from 'vue'
import { cases, gridwork, type CaseOut, type CaseRow, type GridToday, type Point } from '@chengshu/api'
import { asApiError } from '@chengshu/ui/load.ts'
import type { ApiError } from '@chengshu/api'
import { keepRead, lastRead } from './offline/shelf'
import { metresBetween } from './position'

export type Task = GridToday['tasks'][number]
export type Order = 'clock' | 'near' | 'route'

export const today = shallowRef<GridToday | null>(null)
export const readAt = ref<number | null>(null)
export const stale = ref(false)
export const fault = shallowRef<ApiError | null>(null)
const AHEAD = 30

export const late = computed(() => today.value?.tasks.filter((task) => task.case.overdue).length ?? 0)

export async function loadToday(): Promise<void> {
  try {
    today.value = await gridwork.today()
    readAt.value = Date.now()
    stale.value = false
    fault.value = null
    await keepRead('today', today.value)
    void readAhead(today.value.tasks)
  } catch (cause) {
    const kept = await lastRead<GridToday>('today').catch(() => undefined)
    if (kept && !today.value) {
      today.value = kept.value
      readAt.value = kept.at
    }
    stale.value = today.value !== null
    fault.value = today.value ? null : asApiError(cause)
  }
}

/** The worker may lose the network at the next corner: what the day needs is read while there is one. */
async function readAhead(tasks: readonly Task[]): Promise<void> {
  for (const task of tasks.slice(0, AHEAD)) {
    const kept = await lastRead<CaseOut>(`case/${task.case.id}`).catch(() => undefined)
    if (kept?.value.version === task.case.version) continue
    try {
      await keepRead(`case/${task.case.id}`, await cases.one(task.case.id))
    } catch {
      return
    }
  }
}

export interface CaseRead {
  value: CaseOut
  at: number
  stale: boolean
}

export async function readCase(id: number): Promise<CaseRead> {
  try {
    const value = await cases.one(id)
    void keepRead(`case/${id}`, value)
    return { value, at: Date.now(), stale: false }
  } catch (cause) {
    const known = asApiError(cause)
    const kept = known.status === 0 || known.status >= 500 ? await lastRead<CaseOut>(`case/${id}`) : undefined
    if (!kept) throw known
    return { ...kept, stale: true }
  }
}

function pointOf(row: CaseRow): Point | null {
  return row.lon !== null && row.lat !== null ? { lon: row.lon, lat: row.lat } : null
}

export function distanceTo(row: CaseRow, from: Point | null): number | null {
  const at = pointOf(row)
  return at && from ? metresBetween(from, at) : null
}

const FAR = Number.POSITIVE_INFINITY
const dueOf = (task: Task): number => (task.due_at ? Date.parse(task.due_at) : FAR)

/** Nearest next, starting where the worker stands: good enough for a day on foot. */
export function walk(tasks: readonly Task[], from: Point | null): Task[] {
  const left = tasks.filter((task) => pointOf(task.case))
  const unplaced = tasks.filter((task) => !pointOf(task.case))
  const path: Task[] = []
  let at = from
  while (left.length) {
    let best = 0
    const here = at
    if (here) {
      const ways = left.map((task) => distanceTo(task.case, here) ?? FAR)
      best = ways.indexOf(Math.min(...ways))
    }
    const [next] = left.splice(best, 1)
    if (!next) break
    path.push(next)
    at = pointOf(next.case)
  }
  return [...path, ...unplaced]
}

export function ordered(tasks: readonly Task[], order: Order, from: Point | null): Task[] {
  if (order === 'route') return walk(tasks, from)
  if (order === 'near') {
    return [...tasks].sort((a, b) => (distanceTo(a.case, from) ?? FAR) - (distanceTo(b.case, from) ?? FAR))
  }
  return [...tasks].sort((a, b) => dueOf(a) - dueOf(b))
}
