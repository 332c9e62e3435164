/** The classes that this worker reports most, then those of the open tasks, then what the county reports most. */
import { shallowRef } from 'vue'
import { cases, decide, itemsOf, type CaseClass, type CaseType } from '@chengshu/api'
import { keepRead, lastRead } from './offline/shelf'
import { today } from './today'

const KEPT = 'chengshu.grid.used'
type Used = Record<string, number>

function used(): Used {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? '{}') as Used
  } catch {
    return {}
  }
}

export function countUse(code: string): void {
  const counts = used()
  counts[code] = (counts[code] ?? 0) + 1
  localStorage.setItem(KEPT, JSON.stringify(counts))
}

/** How often the county reports each class, as its counters say. */
const county = shallowRef<Used>({})

/** One class of each group before the second of any: a first screen that offers everything a little. */
function spread(all: readonly CaseClass[]): CaseClass[] {
  const turn = new Map<string | null, number>()
  const turns = all.map((c) => {
    const n = turn.get(c.group) ?? 0
    turn.set(c.group, n + 1)
    return { c, n }
  })
  return turns.sort((a, b) => a.n - b.n).map(({ c }) => c)
}

const OWN = 1_000_000
const AROUND = 10_000

export function frequent(all: readonly CaseClass[], most: number): CaseClass[] {
  const counts = used()
  const around = new Set((today.value?.tasks ?? []).map((task) => task.case.class_title))
  const weight = (c: CaseClass): number =>
    (counts[c.code] ?? 0) * OWN + (around.has(c.title) ? AROUND : 0) + (county.value[c.code] ?? 0)
  return spread(all).sort((a, b) => weight(b) - weight(a)).slice(0, most)
}

export async function readCounts(): Promise<void> {
  const found = await kept('class-counts', () => decide.tallies({ dim: 'class' }))
  county.value = Object.fromEntries(found.rows.map((row) => [row.key, row.reported]))
}

async function kept<T>(name: string, read: () => Promise<T>): Promise<T> {
  try {
    const value = await read()
    await keepRead(name, value)
    return value
  } catch (fault) {
    const old = await lastRead<T>(name)
    if (!old) throw fault
    return old.value
  }
}

/** Only the leaves can be reported; groups are there to find them. */
export async function readClasses(): Promise<CaseClass[]> {
  const all = await kept('classes', async () => itemsOf(await cases.classes()))
  const parents = new Set(all.map((c) => c.parent))
  return all.filter((c) => !parents.has(c.code))
}

export async function readTypes(): Promise<CaseType[]> {
  return kept('types', async () => itemsOf(await cases.types()))
}
