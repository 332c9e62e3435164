import { describe, expect, it } from 'vitest'
import type { Draft } from './draft'
import { bodyOf, missing, phoneFits } from './rules'

const draft = (more: Partial<Draft> = {}): Draft => ({
  text: '路灯三天不亮', class: null, photos: [], point: { lon: 119.82, lat: 31.34 }, address: '', detail: '', name: '', phone: '',
  anonymous: false, pending: null, ...more,
})

describe('what is missing', () => {
  it('asks for words and a place, and for nothing else', () => {
    expect(missing(draft())).toEqual({})
    expect(missing(draft({ text: ' 灯 ', point: null }))).toEqual({ text: 'report.words.short', place: 'report.place.none' })
  })
  it.each([['', true], ['13812345678', true], ['138 1234 5678', true], ['0510-87654321', true], ['12345', false], ['abc', false]])(
    'phone %s fits: %s', (phone, fits) => expect(phoneFits(phone)).toBe(fits),
  )
})

describe('what is sent', () => {
  it('leaves name and phone behind when the reporter stays anonymous', () => {
    const body = bodyOf(draft({ name: '王女士', phone: '13812345678', anonymous: true }))
    expect(body.reporter).toEqual({ anonymous: true })
    expect(JSON.stringify(body)).not.toContain('138')
  })
  it('joins the found place and the words about the spot', () => {
    expect(bodyOf(draft({ address: '人民中路', detail: '东门外 ' })).address).toBe('人民中路 东门外')
  })
  it('sends only photos that have arrived', () => {
    const photo = { id: '1', name: 'a.jpg', blob: new Blob(), hash: 'aa' }
    expect(bodyOf(draft({ photos: [photo, { ...photo, id: '2', hash: null }] })).attachments).toEqual(['aa'])
  })
})
