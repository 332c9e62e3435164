/** The classes that this worker reports most, then those of the open tasks, then the rest in their own order. */
import { cases, itemsOf, type CaseClass, type CaseType } from '@chengshu/api'
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

export function frequent(all: readonly CaseClass[], most: number): CaseClass[] {
  const counts = used()
  const around = new Set((today.value?.tasks ?? []).map((task) => task.case.class_title))
  const weight = (c: CaseClass): number => (counts[c.code] ?? 0) * 2 + (around.has(c.title) ? 1 : 0)
  return [...all].sort((a, b) => weight(b) - weight(a)).slice(0, most)
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
