/** Makes a phone's photo small enough for a weak network without losing where and when it was taken. */

const JPEG = 0xffd8
const APP1 = 0xffe1
const SCAN = 0xffda
const ORIENTATION = 0x0112
export const LONGEST = 2048
export const SMALL_ENOUGH = 900_000

/** The EXIF segment of a JPEG, its orientation set upright, because the canvas has already turned the pixels. */
export function exifSegment(source: ArrayBuffer): Uint8Array<ArrayBuffer> | null {
  const view = new DataView(source)
  if (view.byteLength < 4 || view.getUint16(0) !== JPEG) return null
  let at = 2
  while (at + 4 <= view.byteLength) {
    const marker = view.getUint16(at)
    const length = view.getUint16(at + 2)
    if (marker === SCAN || (marker & 0xff00) !== 0xff00) return null
    if (marker === APP1 && at + 2 + length <= view.byteLength && view.getUint32(at + 4) === 0x45786966) {
      return upright(new Uint8Array(source.slice(at, at + 2 + length)))
    }
    at += 2 + length
  }
  return null
}

function upright(segment: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const view = new DataView(segment.buffer)
  const tiff = 10 // marker, length, "Exif\0\0"
  if (view.byteLength < tiff + 8) return segment
  const little = view.getUint16(tiff) === 0x4949
  const directory = tiff + view.getUint32(tiff + 4, little)
  if (directory + 2 > view.byteLength) return segment
  const count = view.getUint16(directory, little)
  for (let i = 0; i < count; i++) {
    const entry = directory + 2 + i * 12
    if (entry + 12 > view.byteLength) break
    if (view.getUint16(entry, little) === ORIENTATION) view.setUint16(entry + 8, 1, little)
  }
  return segment
}

/** Puts the segment right after the opening marker of another JPEG. */
export function withExif(jpeg: ArrayBuffer, segment: Uint8Array<ArrayBuffer> | null): Blob {
  if (!segment) return new Blob([jpeg], { type: 'image/jpeg' })
  return new Blob([jpeg.slice(0, 2), segment, jpeg.slice(2)], { type: 'image/jpeg' })
}

/** The photo as it is when small; otherwise a smaller JPEG. What the browser cannot draw (HEIC) goes up as it is. */
export async function lighten(file: Blob): Promise<Blob> {
  if (file.size <= SMALL_ENOUGH || file.type !== 'image/jpeg') return file
  let picture: ImageBitmap
  try {
    picture = await createImageBitmap(file, { imageOrientation: 'from-image' })
  } catch {
    return file
  }
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(picture.width * scale)
  canvas.height = Math.round(picture.height * scale)
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height)
  picture.close()
  const small = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', 0.82))
  if (!small || small.size >= file.size) return file
  return withExif(await small.arrayBuffer(), exifSegment(await file.arrayBuffer()))
}
