/** Reading aloud and listening, where the browser can: an aid for elders, never the only way. */
import { onScopeDispose, ref } from 'vue'
import { locale } from '../words'

export function useSpeaking() {
  const can = 'speechSynthesis' in window
  const speaking = ref(false)
  function stop(): void {
    if (can) speechSynthesis.cancel()
    speaking.value = false
  }
  function say(words: string): void {
    if (!can) return
    speechSynthesis.cancel()
    const voice = new SpeechSynthesisUtterance(words)
    voice.lang = locale.value
    voice.rate = 0.9
    voice.onend = voice.onerror = () => { speaking.value = false }
    speaking.value = true
    speechSynthesis.speak(voice)
  }
  onScopeDispose(stop)
  return { can, speaking, say, stop }
}

interface Heard { results: ArrayLike<ArrayLike<{ transcript: string }>>; resultIndex: number }
interface Listener {
  lang: string
  interimResults: boolean
  onresult: ((e: Heard) => void) | null
  onend: (() => void) | null
  onerror: (() => void) | null
  start(): void
  stop(): void
}
type ListenerMaker = new () => Listener

export function useListening(hear: (words: string) => void) {
  const scope = window as unknown as { SpeechRecognition?: ListenerMaker; webkitSpeechRecognition?: ListenerMaker }
  const Maker = scope.SpeechRecognition ?? scope.webkitSpeechRecognition
  const listening = ref(false)
  let line: Listener | null = null
  function start(): void {
    if (!Maker || listening.value) return
    line = new Maker()
    line.lang = locale.value
    line.interimResults = false
    line.onresult = (e) => { hear(e.results[e.resultIndex]?.[0]?.transcript ?? '') }
    line.onend = line.onerror = () => { listening.value = false }
    listening.value = true
    line.start()
  }
  function stop(): void {
    line?.stop()
    listening.value = false
  }
  onScopeDispose(stop)
  return { can: Boolean(Maker), listening, start, stop }
}
