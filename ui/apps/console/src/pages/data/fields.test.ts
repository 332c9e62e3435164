import { describe, expect, it } from 'vitest'
import type { ResourceOut } from '@chengshu/api'
import { columnsOf, filterOf, formOf, showValue } from './fields'

const resource: ResourceOut = {
  id: 'sanitation.bin',
  title: '垃圾箱',
  key: ['code'],
  masked: ['phone'],
  fields: [
    { name: 'code', title: '编码', type: 'code', required: true },
    { name: 'kind', title: '种类', type: 'choice', options: [{ value: 'wet', title: '厨余' }] },
    { name: 'volume', title: '容积', type: 'decimal', unit: '升' },
    { name: 'phone', title: '电话', type: 'phone' },
  ],
  screen: {
    columns: ['code', 'volume', 'gone'],
    filters: ['kind'],
    form: [
      { name: 'code', control: 'text' },
      { name: 'kind', control: 'select' },
      { name: 'phone', control: 'text' },
      { name: 'place', control: 'place' },
    ],
  },
}

describe('screens from a declared resource', () => {
  it('shows units in the heading and skips what is not a field', () => {
    expect(columnsOf(resource).map((one) => one.title)).toEqual(['编码', '容积（升）'])
  })
  it('does not offer the key or masked fields of a stored row', () => {
    expect(formOf(resource, false).map((one) => one.name)).toEqual(['code', 'kind', 'phone', 'place'])
    expect(formOf(resource, true).map((one) => one.name)).toEqual(['kind', 'place'])
  })
  it('writes one safe expression', () => {
    expect(filterOf({ kind: "o'x", open: true, none: undefined })).toBe("kind = 'o''x' and open")
    expect(filterOf({})).toBeUndefined()
  })
  it('shows options by their titles', () => {
    expect(showValue(resource.fields[1], 'wet', '是', '否')).toBe('厨余')
    expect(showValue(undefined, null, '是', '否')).toBe('—')
  })
})
