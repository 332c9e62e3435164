import { describe, expect, it } from 'vitest'
import { readHash, writeHash } from './hash'

describe('a map view in the address', () => {
  it('comes back as it was written', () => {
    const view = { center: { lon: 119.81502, lat: 31.36012 }, zoom: 13.2, layers: ['cases', 'town'] }
    expect(readHash(writeHash(view))).toEqual(view)
  })
  it('starts fresh on nonsense', () => {
    for (const hash of ['', '#', '#a/b/c', '#12/91/119', '#12/31']) expect(readHash(hash).center).toBeNull()
  })
  it('keeps an empty choice of layers', () => {
    expect(readHash('#12/31/119/').layers).toEqual([])
  })
})
