import { describe, expect, it } from 'vitest'
import { pickFilters, readSaved } from './filters'

describe('case filters', () => {
  it('keeps known, non-empty text values only', () => {
    expect(pickFilters({ due: 'red', q: '', other: 'x', state: ['a'] })).toEqual({ due: 'red' })
  })
  it('survives broken storage', () => {
    expect(readSaved('{oops')).toEqual([])
    expect(readSaved('[1, {"name": "红灯", "query": {"due": "red"}}]')).toEqual([{ name: '红灯', query: { due: 'red' } }])
    expect(readSaved(null)).toEqual([])
  })
})
