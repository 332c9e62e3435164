/** How a declared layer is drawn: area, line, dot and name, quiet for regions and clear for things. */
import type { FilterSpecification, LayerSpecification } from 'maplibre-gl'
import type { Layer } from '@chengshu/api'
import { clockColor, type Ready } from '@chengshu/kit'

const is = (kind: string): FilterSpecification => ['==', ['geometry-type'], kind]
const NAMES_FROM = 13

export function partsOf(layer: Layer, tone: string, inks: Ready['inks']): LayerSpecification[] {
  const region = layer.kind === 'regions'
  const style = (layer.style ?? {}) as { minzoom?: number; dashed?: boolean; label?: string }
  return [
    { id: `${layer.id}-fill`, type: 'fill', source: layer.id, filter: is('Polygon'), paint: { 'fill-color': tone, 'fill-opacity': region ? 0 : 0.18 } },
    {
      id: `${layer.id}-line`,
      type: 'line',
      source: layer.id,
      filter: ['!=', ['geometry-type'], 'Point'],
      paint: {
        'line-color': tone,
        'line-width': region ? 1 : 2.2,
        'line-opacity': region ? 0.6 : 0.85,
        ...(style.dashed ? { 'line-dasharray': [3, 2] } : {}),
      },
    },
    {
      id: `${layer.id}-dot`,
      type: 'circle',
      source: layer.id,
      filter: is('Point'),
      paint: { 'circle-radius': 5, 'circle-color': layer.kind === 'cases' ? clockColor(inks) : tone, 'circle-stroke-width': 1.5, 'circle-stroke-color': inks.halo },
    },
    {
      id: `${layer.id}-name`,
      type: 'symbol',
      source: `${layer.id}~names`,
      minzoom: region ? (style.minzoom ?? 0) : NAMES_FROM,
      layout: {
        'text-field': ['coalesce', ['get', style.label ?? 'label'], ['get', 'name'], ['get', 'title'], ''],
        'text-size': 11,
        'text-font': ['sans'],
        ...(region ? {} : { 'text-offset': [0, 0.9] as [number, number], 'text-anchor': 'top' as const }),
      },
      paint: { 'text-color': inks.ink, 'text-halo-color': inks.halo, 'text-halo-width': 1.2 },
    },
  ]
}
