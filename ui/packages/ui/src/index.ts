/** Theme, language, city time and the designed states every page shares. */
export * from './words'
