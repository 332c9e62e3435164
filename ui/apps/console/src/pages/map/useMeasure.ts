/** Measure along pressed points, on the sphere. */
import { computed, ref } from 'vue'
import type { GeoJSONSource } from 'maplibre-gl'
import type { Point } from '@chengshu/api'
import type { Ready } from '@chengshu/kit'
import { distance, lengthWords } from './distance'

export function useMeasure() {
  const active = ref(false)
  const path = ref<Point[]>([])
  let scene: Ready | null = null
  const metres = computed(() => path.value.slice(1).reduce((sum, at, index) => sum + distance(path.value[index] as Point, at), 0))

  function draw(): void {
    const coordinates = path.value.map((at) => [at.lon, at.lat])
    scene?.map.getSource<GeoJSONSource>('measure')?.setData({ type: 'Feature', properties: {}, geometry: { type: 'LineString', coordinates } })
  }
  function attach(next: Ready): void {
    scene = next
    next.map.addSource('measure', { type: 'geojson', data: { type: 'FeatureCollection', features: [] } })
    next.map.addLayer({ id: 'measure', type: 'line', source: 'measure', paint: { 'line-color': next.inks.red, 'line-width': 2, 'line-dasharray': [2, 1] } })
    next.map.addLayer({ id: 'measure-dots', type: 'circle', source: 'measure', paint: { 'circle-radius': 3.5, 'circle-color': next.inks.red } })
  }
  return {
    active,
    text: computed(() => (path.value.length > 1 ? lengthWords(metres.value) : '')),
    attach,
    add(at: Point) {
      path.value = [...path.value, at]
      draw()
    },
    toggle() {
      active.value = !active.value
      path.value = []
      draw()
    },
  }
}
