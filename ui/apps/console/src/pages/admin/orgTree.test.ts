import { describe, expect, it } from 'vitest'
import { treeOf } from './orgTree'

const org = (code: string, path: string, name: string) => ({ code, path, name, kind: 'department' })
const orgs = [
  org('gov', 'gov', '市政府'),
  org('water', 'gov.water', '水利局'),
  org('t1', 'gov.t1', '丁蜀镇'),
  org('v1', 'gov.t1.v1', '西望村'),
]

describe('offices as a tree', () => {
  it('hangs each below its path', () => {
    const [root] = treeOf(orgs)
    expect(root?.children.map((one) => one.code)).toEqual(['water', 't1'])
  })
  it('keeps the way down to a match', () => {
    const [root] = treeOf(orgs, '西望')
    expect(root?.children.map((one) => one.code)).toEqual(['t1'])
    expect(treeOf(orgs, '无此单位')).toEqual([])
  })
  it('shows what has no parent at the top', () => {
    expect(treeOf([org('x', 'a.b', '孤')]).map((one) => one.code)).toEqual(['x'])
  })
})
