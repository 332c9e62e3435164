import { describe, expect, it } from 'vitest'
import type { CaseRow } from '@chengshu/api'
import { metresBetween } from './position'
import { ordered, walk, type Task } from './today'

function task(id: number, lon: number | null, due: string | null): Task {
  return { case: { id, lon, lat: lon === null ? null : 31.3 } as CaseRow, kind: 'verify', due_at: due }
}
const FROM = { lon: 119.8, lat: 31.3 }
const TASKS = [
  task(1, 119.83, '2026-11-22T18:00:00+08:00'), task(2, 119.81, null), task(3, null, '2026-11-22T09:00:00+08:00'),
  task(4, 119.82, '2026-11-22T12:00:00+08:00'),
]
const ids = (tasks: Task[]): number[] => tasks.map((t) => t.case.id)

describe('the order of the day', () => {
  it('walks to the nearest next and leaves what has no place to the end', () => {
    expect(ids(walk(TASKS, FROM))).toEqual([2, 4, 1, 3])
    expect(ids(walk(TASKS, null))).toHaveLength(4)
  })
  it('goes by the clock, things without a limit last', () => {
    expect(ids(ordered(TASKS, 'clock', FROM))).toEqual([3, 4, 1, 2])
  })
  it('goes by distance', () => {
    expect(ids(ordered(TASKS, 'near', FROM))).toEqual([2, 4, 1, 3])
  })
  it('measures on the sphere', () => {
    expect(metresBetween(FROM, { lon: 119.81, lat: 31.3 })).toBeCloseTo(950, -1)
  })
})
