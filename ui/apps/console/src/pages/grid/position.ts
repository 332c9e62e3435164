/** Where the worker stands, kept fresh while a page that needs it is open. */
import { onBeforeUnmount, onMounted, ref, shallowRef } from 'vue'
import type { Point } from '@chengshu/api'

const EARTH = 6_371_008.8
const FRESH = 20_000

export interface Standing extends Point {
  accuracy: number
}

export function metresBetween(a: Point, b: Point): number {
  const rad = Math.PI / 180
  const h =
    Math.sin(((b.lat - a.lat) * rad) / 2) ** 2 +
    Math.cos(a.lat * rad) * Math.cos(b.lat * rad) * Math.sin(((b.lon - a.lon) * rad) / 2) ** 2
  return 2 * EARTH * Math.asin(Math.sqrt(h))
}

export function usePosition() {
  const at = shallowRef<Standing | null>(null)
  const failed = ref(false)
  let watching: number | null = null

  function watch(): void {
    if (!('geolocation' in navigator)) {
      failed.value = true
      return
    }
    failed.value = false
    watching = navigator.geolocation.watchPosition(
      (p) => {
        at.value = { lon: p.coords.longitude, lat: p.coords.latitude, accuracy: p.coords.accuracy }
        failed.value = false
      },
      () => (failed.value = at.value === null),
      { enableHighAccuracy: true, maximumAge: FRESH, timeout: FRESH },
    )
  }
  function stop(): void {
    if (watching !== null) navigator.geolocation.clearWatch(watching)
    watching = null
  }
  function again(): void {
    stop()
    watch()
  }
  onMounted(watch)
  onBeforeUnmount(stop)
  return { at, failed, again }
}
