/** A view of the map in the address: `#13.2/31.36012/119.81502/cases,town`. */
import type { Point } from '@chengshu/api'

export interface View {
  center: Point | null
  zoom: number
  layers: string[]
}
const START: View = { center: null, zoom: 10, layers: ['cases'] }

export function readHash(hash: string): View {
  const [zoom, lat, lon, layers] = decodeURIComponent(hash.replace(/^#/, '')).split('/')
  const numbers = [zoom, lat, lon].map(Number)
  if (!zoom || !lat || !lon || numbers.some((one) => !Number.isFinite(one))) return { ...START }
  const [z, y, x] = numbers as [number, number, number]
  if (Math.abs(y) > 90 || Math.abs(x) > 180) return { ...START }
  return {
    center: { lon: x, lat: y },
    zoom: Math.min(19, Math.max(1, z)),
    layers: layers === undefined ? START.layers : layers.split(',').filter(Boolean),
  }
}

export function writeHash(view: View): string {
  if (!view.center) return ''
  const { lon, lat } = view.center
  return `#${view.zoom.toFixed(1)}/${lat.toFixed(5)}/${lon.toFixed(5)}/${view.layers.join(',')}`
}
