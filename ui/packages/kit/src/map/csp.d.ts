declare module 'maplibre-gl/dist/maplibre-gl-csp' {
  const engine: import('./engine').Engine
  export default engine
}
declare module 'maplibre-gl/dist/maplibre-gl-csp-worker?url' {
  const url: string
  export default url
}
declare module 'maplibre-gl/dist/maplibre-gl.css'
