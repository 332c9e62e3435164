/** The declared layers: read for the box in view, drawn by geometry, switched by people. */
import { computed, ref, shallowRef } from 'vue'
import type { GeoJSONSource } from 'maplibre-gl'
import { itemsOf, maps, type Layer } from '@chengshu/api'
import { asApiError, later } from '@chengshu/ui'
import type { ApiError } from '@chengshu/api'
import type { Box, Ready } from '@chengshu/kit'

const NOTHING: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] }
const TONES = ['#1a66a8', '#0f8a7e', '#a3562b', '#7a4fb5', '#8a7a12', '#b03a6b']

export function useLayers(start: string[]) {
  const all = shallowRef<Layer[]>([])
  const error = shallowRef<ApiError | null>(null)
  const loaded = ref(false)
  const on = ref<string[]>(start)
  const truncated = ref<string[]>([])
  let scene: Ready | null = null
  let view: { box: Box; zoom: number } | null = null

  const groups = computed(() => {
    const by = new Map<string, Layer[]>()
    for (const one of all.value) by.set(one.group, [...(by.get(one.group) ?? []), one])
    return [...by]
  })
  const toneOf = (id: string): string => TONES[Math.max(0, all.value.findIndex((one) => one.id === id)) % TONES.length] as string
  // Case points have their own live drawing; every other layer is drawn here.
  const drawn = (): Layer[] => all.value.filter((one) => one.kind !== 'cases' && on.value.includes(one.id))

  async function load(): Promise<void> {
    try {
      all.value = itemsOf(await maps.layers())
      error.value = null
      // The link and the first visit say "cases"; the catalogue may know that layer by its own id.
      const cases = all.value.filter((one) => one.kind === 'cases').map((one) => one.id)
      if (on.value.includes('cases')) on.value = [...new Set([...on.value, ...cases])]
    } catch (fault) {
      error.value = asApiError(fault)
    } finally {
      loaded.value = true
      refresh()
    }
  }

  function ensure(layer: Layer): void {
    if (!scene || scene.map.getSource(layer.id)) return
    const { map, inks } = scene
    const tone = toneOf(layer.id)
    map.addSource(layer.id, { type: 'geojson', data: NOTHING })
    const before = map.getLayer('case-clusters') ? 'case-clusters' : undefined
    map.addLayer({ id: `${layer.id}-fill`, type: 'fill', source: layer.id, filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'fill-color': tone, 'fill-opacity': layer.kind === 'regions' ? 0.04 : 0.18 } }, before)
    map.addLayer({ id: `${layer.id}-line`, type: 'line', source: layer.id, filter: ['!=', ['geometry-type'], 'Point'], paint: { 'line-color': tone, 'line-width': 1.1, 'line-opacity': 0.75 } }, before)
    map.addLayer({ id: `${layer.id}-dot`, type: 'circle', source: layer.id, filter: ['==', ['geometry-type'], 'Point'], paint: { 'circle-radius': 5, 'circle-color': tone, 'circle-stroke-width': 1.5, 'circle-stroke-color': inks.halo } }, before)
    map.addLayer(
      {
        id: `${layer.id}-name`,
        type: 'symbol',
        source: layer.id,
        minzoom: layer.kind === 'regions' ? 11 : 13,
        layout: { 'text-field': ['coalesce', ['get', 'label'], ['get', 'name'], ['get', 'title'], ''], 'text-size': 11, 'text-offset': [0, 1], 'text-anchor': 'top', 'text-font': ['sans'] },
        paint: { 'text-color': inks.ink, 'text-halo-color': inks.halo, 'text-halo-width': 1.2 },
      },
      before,
    )
  }

  async function read(layer: Layer): Promise<void> {
    if (!scene || !view) return
    ensure(layer)
    try {
      const found = await maps.features(layer.id, { bbox: view.box.map((one) => one.toFixed(5)).join(','), zoom: Math.round(view.zoom) })
      scene.map.getSource<GeoJSONSource>(layer.id)?.setData(found)
      truncated.value = found.truncated ? [...new Set([...truncated.value, layer.id])] : truncated.value.filter((id) => id !== layer.id)
    } catch (fault) {
      error.value = asApiError(fault)
    }
  }

  function refresh(): void {
    if (!scene) return
    for (const layer of all.value) {
      const visible = on.value.includes(layer.id) ? 'visible' : 'none'
      for (const part of ['fill', 'line', 'dot', 'name'])
        if (scene.map.getLayer(`${layer.id}-${part}`)) scene.map.setLayoutProperty(`${layer.id}-${part}`, 'visibility', visible)
    }
    for (const layer of drawn()) void read(layer)
  }
  const soon = later(refresh, 200)

  return {
    all,
    groups,
    error,
    loaded,
    on,
    truncated,
    toneOf,
    load,
    attach(next: Ready) {
      scene = next
      refresh()
    },
    look(box: Box, zoom: number) {
      view = { box, zoom }
      soon()
    },
    choose(ids: string[]) {
      on.value = ids
      refresh()
    },
  }
}

export type Layers = ReturnType<typeof useLayers>
