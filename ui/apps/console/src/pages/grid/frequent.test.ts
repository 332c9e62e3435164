import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { CaseClass } from '@chengshu/api'
import { countUse, frequent } from './frequent'

const kept = new Map<string, string>()
beforeEach(() => {
  kept.clear()
  vi.stubGlobal('localStorage', { getItem: (k: string) => kept.get(k) ?? null, setItem: (k: string, v: string) => kept.set(k, v) })
})
const one = (code: string, group: string): CaseClass => ({ code, title: code, group, parent: null, conditions: [], lead: null })
const ALL = [one('a1', 'a'), one('a2', 'a'), one('a3', 'a'), one('b1', 'b'), one('c1', 'c')]

describe('the first buttons', () => {
  it('offers one class of each group to somebody new', () => {
    expect(frequent(ALL, 3).map((c) => c.code)).toEqual(['a1', 'b1', 'c1'])
  })
  it('puts what the worker reports first', () => {
    countUse('a3')
    countUse('c1')
    countUse('c1')
    expect(frequent(ALL, 3).map((c) => c.code)).toEqual(['c1', 'a3', 'a1'])
  })
})
