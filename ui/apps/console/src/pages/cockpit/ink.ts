/** Colours of the theme around an element, for what is drawn outside CSS. */
export function themeInk(): { line: string; text: string; brand: string; soft: string; series: string[] } {
  const root = document.querySelector('.theme-wall') ?? document.documentElement
  const css = getComputedStyle(root)
  const get = (name: string): string => css.getPropertyValue(name).trim()
  return {
    line: get('--c-line'),
    text: get('--c-ink-3'),
    brand: get('--c-brand-2'),
    soft: get('--c-brand-soft'),
    series: [get('--c-brand-2'), get('--c-green-fill'), get('--c-yellow-fill'), '#9a86e8', '#4cc3c7', get('--c-red-fill'), get('--c-gray-fill')],
  }
}
