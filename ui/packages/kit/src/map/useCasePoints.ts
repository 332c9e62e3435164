/** Case points on a map: read for the box in view, clustered, live, one of them chosen. */
import { onBeforeUnmount, ref, type Ref } from 'vue'
import type { GeoJSONSource, MapGeoJSONFeature } from 'maplibre-gl'
import { cases, type CaseChanged, type Query } from '@chengshu/api'
import { paced, useLive, useResync } from '@chengshu/ui'
import type { Ready } from './KMap.vue'
import type { Box } from './outlines'
import { caseLayers, clusterTotals } from './style'

export interface CasePoints {
  attach: (scene: Ready) => void
  look: (box: Box, zoom: number) => void
  refresh: () => void
  choose: (id: number | null) => void
  truncated: Ref<boolean>
}
const NOTHING: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] }
/** A little more than the view is read, so that small drags need no request. */
const MARGIN = 0.15
const BURST = 900

export function useCasePoints(filters: () => Query, onPress: (id: number) => void): CasePoints {
  let scene: Ready | null = null
  let view: { box: Box; zoom: number } | null = null
  let asking: AbortController | null = null
  const truncated = ref(false)

  async function read(): Promise<void> {
    if (!scene || !view) return
    asking?.abort()
    const mine = new AbortController()
    asking = mine
    try {
      const query = { ...filters(), bbox: widen(view.box).join(','), zoom: Math.round(view.zoom) }
      const found = await cases.points(query, mine.signal)
      if (asking !== mine) return
      truncated.value = found.truncated === true
      scene.map.getSource<GeoJSONSource>('cases')?.setData(found)
    } catch {
      // The list beside the map says what is wrong; the map keeps the last points it had.
    }
  }

  function attach(next: Ready): void {
    scene = next
    const { map } = next
    map.addSource('cases', {
      type: 'geojson',
      data: NOTHING,
      cluster: true,
      clusterMaxZoom: 13,
      clusterRadius: 42,
      clusterProperties: clusterTotals as unknown as Record<string, unknown>,
    })
    for (const layer of caseLayers(next.inks)) map.addLayer(layer)
    for (const id of ['case-dots', 'case-clusters']) {
      map.on('mouseenter', id, () => (map.getCanvas().style.cursor = 'pointer'))
      map.on('mouseleave', id, () => (map.getCanvas().style.cursor = ''))
    }
    map.on('click', 'case-dots', (event) => {
      const id = Number(event.features?.[0]?.properties.id)
      if (id) onPress(id)
    })
    map.on('click', 'case-clusters', (event) => void open(event.features?.[0]))
    void read()
  }

  async function open(feature: MapGeoJSONFeature | undefined): Promise<void> {
    if (!scene || !feature || feature.geometry.type !== 'Point') return
    const source = scene.map.getSource<GeoJSONSource>('cases')
    const cluster = feature.properties.cluster_id as number | undefined
    const zoom = cluster === undefined ? scene.map.getZoom() + 2 : await source?.getClusterExpansionZoom(cluster)
    scene.map.easeTo({ center: feature.geometry.coordinates as [number, number], zoom: zoom ?? 14 })
  }

  const soon = paced(() => void read(), BURST)
  useLive<CaseChanged>('cases.changed', () => soon())
  useResync(() => void read())
  onBeforeUnmount(() => asking?.abort())

  return {
    attach,
    truncated,
    look(box, zoom) {
      view = { box, zoom }
      void read()
    },
    refresh: () => void read(),
    choose(id) {
      scene?.map.setFilter('case-chosen', ['==', ['get', 'id'], id ?? -1])
    },
  }
}

function widen(box: Box): Box {
  const x = (box[2] - box[0]) * MARGIN
  const y = (box[3] - box[1]) * MARGIN
  const round = (value: number): number => Math.round(value * 1e5) / 1e5
  return [round(box[0] - x), round(box[1] - y), round(box[2] + x), round(box[3] + y)]
}
