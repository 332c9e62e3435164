/** The city's push line: one EventSource for the page, shared by every screen that listens. */

/** The topic that tells every screen to read its state again. */
export const RESYNC = 'resync'

export type LiveState = 'connecting' | 'open' | 'lost'
type Listener = (payload: unknown) => void

export class Live {
  private source: EventSource | null = null
  private readonly listeners = new Map<string, Set<Listener>>()
  private readonly watchers = new Set<(state: LiveState) => void>()
  private retry: ReturnType<typeof setTimeout> | undefined
  private delay = 1000
  private opened = false
  private readonly url: string
  state: LiveState = 'connecting'

  constructor(url = '/api/live') {
    this.url = url
  }

  start(): void {
    if (this.source) return
    this.set('connecting')
    const source = new EventSource(this.url)
    this.source = source
    source.onopen = () => {
      this.delay = 1000
      const again = this.opened
      this.opened = true
      this.set('open')
      // What was missed while the line was down is unknown: every screen reads its state again.
      if (again) this.tell(RESYNC, {})
    }
    source.addEventListener(RESYNC, () => this.tell(RESYNC, {}))
    source.onmessage = (message) => this.deliver(null, message)
    // A browser gives up for good after an HTTP error, so reconnecting is ours to do, with a growing pause.
    source.onerror = () => {
      source.close()
      this.source = null
      this.set('lost')
      this.retry = setTimeout(() => this.start(), this.delay)
      this.delay = Math.min(this.delay * 2, 30_000)
    }
    for (const topic of this.listeners.keys()) if (topic !== RESYNC) this.attach(source, topic)
  }

  stop(): void {
    clearTimeout(this.retry)
    this.source?.close()
    this.source = null
  }

  /** Listen to one topic; returns the function that ends it. */
  on<T>(topic: string, listener: (payload: T) => void): () => void {
    let set = this.listeners.get(topic)
    if (!set) {
      set = new Set()
      this.listeners.set(topic, set)
      if (this.source && topic !== RESYNC) this.attach(this.source, topic)
    }
    set.add(listener as Listener)
    return () => set.delete(listener as Listener)
  }

  onState(watcher: (state: LiveState) => void): () => void {
    this.watchers.add(watcher)
    watcher(this.state)
    return () => this.watchers.delete(watcher)
  }

  private attach(source: EventSource, topic: string): void {
    source.addEventListener(topic, (message) => this.deliver(topic, message as MessageEvent<string>))
  }

  private deliver(topic: string | null, message: MessageEvent<string>): void {
    const payload = JSON.parse(message.data) as { topic?: string }
    const name = topic ?? payload.topic
    if (!name) return
    this.tell(name, payload)
  }

  private tell(topic: string, payload: unknown): void {
    for (const listener of this.listeners.get(topic) ?? []) listener(payload)
  }

  private set(state: LiveState): void {
    this.state = state
    for (const watcher of this.watchers) watcher(state)
  }
}

export const live = new Live()
