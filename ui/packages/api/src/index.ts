/** The typed door to the city's API. */
export * from './types'
export * from './client'
export * from './live'
export * from './routes'
