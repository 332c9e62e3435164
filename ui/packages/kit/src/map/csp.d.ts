declare module 'maplibre-gl/dist/maplibre-gl-csp' {
  const engine: typeof import('maplibre-gl')
  export default engine
}
declare module 'maplibre-gl/dist/maplibre-gl-csp-worker?url' {
  const url: string
  export default url
}
declare module 'maplibre-gl/dist/maplibre-gl.css'
