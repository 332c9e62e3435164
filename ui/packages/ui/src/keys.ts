/** Keyboard shortcuts of a page; silent while the person types in a field. */
import { onBeforeUnmount, onMounted } from 'vue'

export type Keys = Record<string, (event: KeyboardEvent) => void>

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)
}

/** `{ j: next, 'ctrl+k': search, Enter: open }`; plain keys are ignored while typing or with a dialog open. */
export function useKeys(keys: Keys, active: () => boolean = () => true): void {
  function onKey(event: KeyboardEvent): void {
    const command = event.ctrlKey || event.metaKey
    const name = command ? `ctrl+${event.key.toLowerCase()}` : event.key
    const run = keys[name]
    if (!run || event.altKey || !active()) return
    if (!command && isTyping(event.target)) return
    event.preventDefault()
    run(event)
  }
  onMounted(() => window.addEventListener('keydown', onKey))
  onBeforeUnmount(() => window.removeEventListener('keydown', onKey))
}
