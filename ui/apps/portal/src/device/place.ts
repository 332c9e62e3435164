/** Where the citizen stands: one question to the device, answered once. */
import type { Point } from './city'

export class NoPlace extends Error {
  constructor(readonly why: 'denied' | 'fail') {
    super(why)
  }
}

export function whereAmI(): Promise<Point> {
  return new Promise((done, fail) => {
    if (!('geolocation' in navigator)) {
      fail(new NoPlace('fail'))
      return
    }
    navigator.geolocation.getCurrentPosition(
      (at) => { done({ lon: at.coords.longitude, lat: at.coords.latitude }) },
      (why) => { fail(new NoPlace(why.code === why.PERMISSION_DENIED ? 'denied' : 'fail')) },
      { enableHighAccuracy: true, timeout: 12_000, maximumAge: 30_000 },
    )
  })
}
