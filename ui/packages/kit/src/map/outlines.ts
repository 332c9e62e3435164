/** Outlines of the county and its parts, read once per page. */
import { places } from '@chengshu/api'

const cache = new Map<string, Promise<GeoJSON.FeatureCollection>>()

export function outlines(level: number, parent?: string): Promise<GeoJSON.FeatureCollection> {
  const key = `${level}/${parent ?? ''}`
  let asked = cache.get(key)
  if (!asked) {
    asked = places.outlines({ level, parent })
    asked.catch(() => cache.delete(key))
    cache.set(key, asked)
  }
  return asked
}

/** A label point for each region: its declared centre, else the middle of its box. */
export function labelPoints(regions: GeoJSON.FeatureCollection): GeoJSON.FeatureCollection {
  return {
    type: 'FeatureCollection',
    features: regions.features.flatMap((feature) => {
      const at = centerOf(feature)
      if (!at) return []
      return [{ type: 'Feature' as const, properties: feature.properties, geometry: { type: 'Point' as const, coordinates: at } }]
    }),
  }
}

function centerOf(feature: GeoJSON.Feature): [number, number] | null {
  const { lon, lat } = (feature.properties ?? {}) as { lon?: unknown; lat?: unknown }
  if (typeof lon === 'number' && typeof lat === 'number') return [lon, lat]
  const box = boxOf(feature.geometry)
  return box ? [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2] : null
}

export type Box = [west: number, south: number, east: number, north: number]

export function boxOf(geometry: GeoJSON.Geometry | null): Box | null {
  if (!geometry || geometry.type === 'GeometryCollection') return null
  const box: Box = [Infinity, Infinity, -Infinity, -Infinity]
  const walk = (value: unknown): void => {
    if (!Array.isArray(value)) return
    if (typeof value[0] === 'number' && typeof value[1] === 'number') {
      box[0] = Math.min(box[0], value[0])
      box[1] = Math.min(box[1], value[1])
      box[2] = Math.max(box[2], value[0])
      box[3] = Math.max(box[3], value[1])
    } else for (const one of value) walk(one)
  }
  walk(geometry.coordinates)
  return Number.isFinite(box[0]) ? box : null
}

export const isSchematic = (regions: GeoJSON.FeatureCollection): boolean =>
  regions.features.some((feature) => feature.properties?.schematic === true)
