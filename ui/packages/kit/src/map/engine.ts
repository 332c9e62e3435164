/** MapLibre, loaded when the first map appears, with its worker as a file of ours so that a strict CSP holds. */
import type * as MapLibre from 'maplibre-gl'

export type Engine = typeof MapLibre
let loading: Promise<Engine> | null = null

async function load(): Promise<Engine> {
  const [module, worker] = await Promise.all([
    import('maplibre-gl/dist/maplibre-gl-csp'),
    import('maplibre-gl/dist/maplibre-gl-csp-worker?url'),
    import('maplibre-gl/dist/maplibre-gl.css'),
  ])
  const engine = module.default ?? (module as unknown as Engine)
  engine.setWorkerUrl(worker.default)
  return engine
}

export function mapEngine(): Promise<Engine> {
  return (loading ??= load())
}
