/** Distances on the sphere, in metres and in words. */
import type { Point } from '@chengshu/api'

const RADIUS = 6_371_008.8
const rad = (degrees: number): number => (degrees * Math.PI) / 180

export function distance(a: Point, b: Point): number {
  const y = Math.sin(rad(b.lat - a.lat) / 2) ** 2
  const x = Math.sin(rad(b.lon - a.lon) / 2) ** 2 * Math.cos(rad(a.lat)) * Math.cos(rad(b.lat))
  return 2 * RADIUS * Math.asin(Math.sqrt(x + y))
}

export const lengthWords = (metres: number): string => (metres < 1000 ? `${Math.round(metres)} m` : `${(metres / 1000).toFixed(2)} km`)
