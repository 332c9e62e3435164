import { describe, expect, it } from 'vitest'
import { distance, lengthWords } from './distance'

describe('distance', () => {
  it('knows a degree of latitude', () => {
    expect(distance({ lon: 119, lat: 31 }, { lon: 119, lat: 32 })).toBeCloseTo(111_195, -2)
  })
  it('speaks in metres and kilometres', () => {
    expect(lengthWords(420.4)).toBe('420 m')
    expect(lengthWords(1234)).toBe('1.23 km')
  })
})
