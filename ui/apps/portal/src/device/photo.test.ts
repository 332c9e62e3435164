import { describe, expect, it } from 'vitest'
import { exifSegment, withExif } from './photo'

/** A JPEG head with one EXIF directory of two entries: orientation and a width. */
function jpeg(little: boolean, orientation: number): ArrayBuffer {
  const buffer = new ArrayBuffer(60)
  const view = new DataView(buffer)
  view.setUint16(0, 0xffd8)
  view.setUint16(2, 0xffe1)
  view.setUint16(4, 52)
  view.setUint32(6, 0x45786966)
  const tiff = 12
  view.setUint16(tiff, little ? 0x4949 : 0x4d4d)
  view.setUint16(tiff + 2, 42, little)
  view.setUint32(tiff + 4, 8, little)
  view.setUint16(tiff + 8, 2, little)
  const entry = (at: number, tag: number, value: number) => {
    view.setUint16(at, tag, little)
    view.setUint16(at + 2, 3, little)
    view.setUint32(at + 4, 1, little)
    view.setUint16(at + 8, value, little)
  }
  entry(tiff + 10, 0x0112, orientation)
  entry(tiff + 22, 0x0100, 4000)
  view.setUint16(56, 0xffda)
  return buffer
}

describe('the place in a photo survives shrinking', () => {
  it.each([true, false])('keeps the segment and turns it upright (little endian: %s)', async (little) => {
    const segment = exifSegment(jpeg(little, 6))
    expect(segment?.byteLength).toBe(54)
    const view = new DataView((segment as Uint8Array<ArrayBuffer>).buffer)
    expect(view.getUint16(10 + 10 + 8, little)).toBe(1)
    expect(view.getUint16(10 + 22 + 8, little)).toBe(4000)
    const small = new Uint8Array([0xff, 0xd8, 0xff, 0xda, 1, 2]).buffer
    const joined = new Uint8Array(await withExif(small, segment).arrayBuffer())
    expect([...joined.slice(0, 4)]).toEqual([0xff, 0xd8, 0xff, 0xe1])
    expect([...joined.slice(-4)]).toEqual([0xff, 0xda, 1, 2])
  })
  it('finds nothing in what is no JPEG, or in a broken one', () => {
    expect(exifSegment(new TextEncoder().encode('GIF89a and more').buffer as ArrayBuffer)).toBeNull()
    expect(exifSegment(jpeg(true, 1).slice(0, 20))).toBeNull()
    expect(exifSegment(new ArrayBuffer(0))).toBeNull()
  })
})
