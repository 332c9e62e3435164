/** The declared layers: read for the box in view, drawn by geometry, switched by people. */
import { computed, ref, shallowRef } from 'vue'
import type { GeoJSONSource } from 'maplibre-gl'
import { itemsOf, maps, type Layer } from '@chengshu/api'
import { asApiError, later } from '@chengshu/ui'
import type { ApiError } from '@chengshu/api'
import { labelPoints, type Box, type Ready } from '@chengshu/kit'
import { partsOf } from './parts'

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
  const toneOf = (layer: Layer): string => {
    const declared = layer.style?.color
    if (typeof declared === 'string' && declared.startsWith('#')) return declared
    return TONES[Math.max(0, all.value.indexOf(layer)) % TONES.length] as string
  }
  // The widest layer of cases has its own live drawing; every other layer is drawn here.
  const first = computed(() => all.value.find((one) => one.kind === 'cases'))
  const drawn = (): Layer[] => all.value.filter((one) => one !== first.value && on.value.includes(one.id))

  async function load(): Promise<void> {
    try {
      all.value = itemsOf(await maps.layers())
      error.value = null
      // A first visit says "cases"; the catalogue knows its layers of cases by their own ids, the widest first.
      const widest = first.value?.id
      if (widest && on.value.includes('cases')) on.value = [...on.value.filter((id) => id !== 'cases'), widest]
    } catch (fault) {
      error.value = asApiError(fault)
    } finally {
      loaded.value = true
      refresh()
    }
  }

  function ensure(layer: Layer): void {
    if (!scene || scene.map.getSource(layer.id)) return
    const before = scene.map.getLayer('case-clusters') ? 'case-clusters' : undefined
    scene.map.addSource(layer.id, { type: 'geojson', data: NOTHING })
    scene.map.addSource(`${layer.id}~names`, { type: 'geojson', data: NOTHING })
    for (const part of partsOf(layer, toneOf(layer), scene.inks)) scene.map.addLayer(part, before)
  }

  async function read(layer: Layer): Promise<void> {
    if (!scene || !view) return
    ensure(layer)
    try {
      const found = await maps.features(layer.id, { bbox: view.box.map((one) => one.toFixed(5)).join(','), zoom: Math.round(view.zoom) })
      scene.map.getSource<GeoJSONSource>(layer.id)?.setData(found)
      scene.map.getSource<GeoJSONSource>(`${layer.id}~names`)?.setData(labelPoints(found))
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

  /** Whether the live points of all open cases are shown. */
  const live = computed(() => on.value.includes(first.value?.id ?? 'cases'))

  return {
    all,
    live,
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
