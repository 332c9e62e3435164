/** Listen to a push topic for as long as the component lives. */
import { onBeforeUnmount, ref, type Ref } from 'vue'
import { live, RESYNC, type LiveState } from '@chengshu/api'

export function useLive<T>(topic: string, listener: (payload: T) => void): void {
  onBeforeUnmount(live.on<T>(topic, listener))
}

/** Called when pushes may have been missed and the screen must read its state again. */
export function useResync(listener: () => void): void {
  onBeforeUnmount(live.on(RESYNC, listener))
}

export function useLiveState(): Ref<LiveState> {
  const state = ref<LiveState>(live.state)
  onBeforeUnmount(live.onState((value) => (state.value = value)))
  return state
}
