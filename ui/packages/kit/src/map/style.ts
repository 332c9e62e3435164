/** The look of the city's own map: paper, outlines and labels, taken from the theme around the map. */
import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl'

export interface Inks {
  land: string
  line: string
  lineStrong: string
  ink: string
  halo: string
  brand: string
  red: string
  yellow: string
  green: string
  gray: string
}

export function inksOf(element: Element): Inks {
  const css = getComputedStyle(element)
  const get = (name: string): string => css.getPropertyValue(name).trim() || '#888888'
  return {
    land: get('--c-surface'),
    line: get('--c-line-strong'),
    lineStrong: get('--c-ink-3'),
    ink: get('--c-ink-2'),
    halo: get('--c-surface'),
    brand: get('--c-brand-2'),
    red: get('--c-red-fill'),
    yellow: get('--c-yellow-fill'),
    green: get('--c-green-fill'),
    gray: get('--c-gray-fill'),
  }
}

const FONT = ['sans']
const NOTHING: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] }

export function baseStyle(inks: Inks): StyleSpecification {
  return {
    version: 8,
    sources: {
      county: { type: 'geojson', data: NOTHING },
      towns: { type: 'geojson', data: NOTHING },
      // One label per region even where its outline has several parts.
      'town-names': { type: 'geojson', data: NOTHING },
    },
    layers: [
      { id: 'land', type: 'fill', source: 'county', paint: { 'fill-color': inks.land } },
      { id: 'towns-line', type: 'line', source: 'towns', paint: { 'line-color': inks.line, 'line-width': 1 } },
      {
        id: 'county-line',
        type: 'line',
        source: 'county',
        paint: { 'line-color': inks.lineStrong, 'line-width': 1.6 },
      },
      {
        id: 'town-names',
        type: 'symbol',
        source: 'town-names',
        layout: { 'text-field': ['get', 'name'], 'text-size': 12, 'text-font': FONT, 'text-padding': 2, 'text-variable-anchor': ['center', 'top', 'bottom', 'left', 'right'], 'text-radial-offset': 0.8 },
        paint: { 'text-color': inks.ink, 'text-halo-color': inks.halo, 'text-halo-width': 1.4 },
      },
    ],
  }
}

export function clockColor(inks: Inks): ExpressionSpecification {
  // Cells that the server counted carry no clock of their own, only how many are overdue.
  const cell: ExpressionSpecification = ['case', ['>', ['coalesce', ['get', 'overdue'], 0], 0], inks.red, inks.green]
  const known: ExpressionSpecification = ['match', ['get', 'color'], 'red', inks.red, 'yellow', inks.yellow, 'green', inks.green, inks.gray]
  return ['case', ['has', 'color'], known, ['has', 'count'], cell, inks.gray]
}

/** Clustered case points: a ring tells how many, its colour the worst clock inside. */
export function caseLayers(inks: Inks): LayerSpecification[] {
  return [
    {
      id: 'case-clusters',
      type: 'circle',
      source: 'cases',
      filter: ['>', ['coalesce', ['get', 'total'], ['get', 'count'], 1], 1],
      paint: {
        'circle-radius': ['interpolate', ['linear'], ['coalesce', ['get', 'total'], ['get', 'count'], 2], 2, 11, 50, 18, 500, 26],
        'circle-color': [
          'case',
          ['>', ['coalesce', ['get', 'red'], ['get', 'overdue'], 0], 0],
          inks.red,
          ['>', ['coalesce', ['get', 'yellow'], 0], 0],
          inks.yellow,
          inks.green,
        ],
        'circle-opacity': 0.85,
        'circle-stroke-width': 2,
        'circle-stroke-color': inks.halo,
      },
    },
    {
      id: 'case-counts',
      type: 'symbol',
      source: 'cases',
      filter: ['>', ['coalesce', ['get', 'total'], ['get', 'count'], 1], 1],
      layout: {
        'text-field': ['to-string', ['coalesce', ['get', 'total'], ['get', 'count']]],
        'text-size': 12,
        'text-font': FONT,
        'text-allow-overlap': true,
      },
      paint: { 'text-color': '#ffffff', 'text-halo-color': 'rgba(0,0,0,.35)', 'text-halo-width': 0.8 },
    },
    {
      id: 'case-dots',
      type: 'circle',
      source: 'cases',
      filter: ['<=', ['coalesce', ['get', 'total'], ['get', 'count'], 1], 1],
      paint: {
        'circle-radius': ['interpolate', ['linear'], ['zoom'], 8, 4, 14, 7],
        'circle-color': clockColor(inks),
        'circle-stroke-width': 1.5,
        'circle-stroke-color': inks.halo,
      },
    },
    {
      id: 'case-chosen',
      type: 'circle',
      source: 'cases',
      filter: ['==', ['get', 'id'], -1],
      paint: { 'circle-radius': 12, 'circle-color': 'rgba(0,0,0,0)', 'circle-stroke-width': 3, 'circle-stroke-color': inks.brand },
    },
  ]
}

export const clusterTotals = {
  total: ['+', ['coalesce', ['get', 'count'], 1]],
  red: ['+', ['case', ['==', ['get', 'color'], 'red'], 1, ['to-number', ['get', 'overdue'], 0]]],
  yellow: ['+', ['case', ['==', ['get', 'color'], 'yellow'], 1, 0]],
} as const
