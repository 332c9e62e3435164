import { describe, expect, it } from 'vitest'
import { bodyOf, typeFor, type Draft } from './draft'

const types = [
  { id: 'p.component', channels: ['hotline' as const, 'grid' as const], classes_root: '01' },
  { id: 'p.event', channels: ['hotline' as const], classes_root: '02' },
  { id: 'p.call', channels: ['hotline' as const], classes_root: null },
]
const draft: Draft = {
  channel: 'hotline',
  text: ' 井盖不见了 ',
  class: '010103',
  condition: undefined,
  urgency: 'urgent',
  address: ' ',
  lon: undefined,
  lat: undefined,
  name: '',
  phone: '13800000000',
  anonymous: false,
  attachments: [],
}

describe('intake', () => {
  it('finds the case type by the class and the channel', () => {
    expect(typeFor(types, { class: '010103', channel: 'hotline' })).toBe('p.component')
    expect(typeFor(types, { class: '020501', channel: 'hotline' })).toBe('p.event')
    expect(typeFor(types, { class: undefined, channel: 'grid' })).toBe('p.component')
  })
  it('sends what was filled in and nothing else', () => {
    expect(bodyOf(draft)).toEqual({
      channel: 'hotline',
      text: '井盖不见了',
      urgency: 'urgent',
      class: '010103',
      reporter: { name: null, phone: '13800000000', anonymous: false },
    })
  })
})
