/** Empties the queue whenever there is a line, one item at a time, and shows how it stands. */
import { computed, reactive, ref } from 'vue'
import { ApiError, call, cases, newKey, type CaseOut, type Upload } from '@chengshu/api'
import { me } from '@chengshu/ui'
import { after, again, bodyOf, nextOf, nextTurn, outcomeOf, type Outcome, type Queued } from './queue'
import { today } from '../today'
import { forgetRead, shelf } from './shelf'

export interface Sent {
  id: string
  title: string
  number: string
  caseId: number
  at: number
}

const LOCK = 'chengshu-grid-sync'
const KEPT_SENT = 20

export const items = ref<Queued[]>([])
/** What another person left on this phone; it waits for that person. */
export const others = ref(0)
export const sent = ref<Sent[]>([])
export const sendingId = ref<string | null>(null)
export const signedOut = ref(false)
export const line = reactive({ online: navigator.onLine })
export const waiting = computed(() => items.value.filter((i) => i.state === 'waiting').length)
export const refused = computed(() => items.value.filter((i) => i.state === 'refused').length)

let timer: ReturnType<typeof setTimeout> | undefined
const listeners = new Set<(one: Sent) => void>()

/** Told after an item has arrived, so that lists can read themselves again. */
export function onSent(listener: (one: Sent) => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export async function loadQueue(): Promise<void> {
  const kept = (await shelf.all()).sort((a, b) => a.createdAt - b.createdAt)
  items.value = kept.filter((item) => item.owner === me.value?.id)
  others.value = kept.length - items.value.length
}

/** Resolves once the device has it on disk; only then may the screen say "kept". */
export async function enqueue(item: Queued): Promise<void> {
  await shelf.put(item)
  items.value = [...items.value, item]
  void run()
}

export async function discard(id: string): Promise<void> {
  await shelf.drop(id)
  items.value = items.value.filter((i) => i.id !== id)
  void run()
}

export async function retry(item: Queued, version?: number): Promise<void> {
  // A refusal ended the old attempt; without one its outcome is unknown and the key must stay.
  await replace(item, item.refusal ? again(item, newKey(), version) : { ...item, nextAt: 0 })
  void run()
}

async function replace(old: Queued, next: Queued | null): Promise<void> {
  if (next) await shelf.put(next)
  else await shelf.drop(old.id)
  items.value = items.value.flatMap((i) => (i.id === old.id ? (next ? [next] : []) : [i]))
}

async function uploadPhotos(item: Queued): Promise<void> {
  for (const photo of item.photos) {
    if (photo.hash) continue
    const form = new FormData()
    form.append('file', photo.blob, photo.name)
    const got = await call<Upload>('POST', '/api/cases/uploads', { form })
    photo.hash = got.hash
    await shelf.put(item) // what has gone up once need not go up again after a break
  }
}

async function deliver(item: Queued): Promise<Outcome> {
  try {
    await uploadPhotos(item)
    const body = bodyOf(item)
    const out = item.kind === 'report'
      ? await call<CaseOut>('POST', '/api/cases', { body, key: item.key })
      : await call<CaseOut>('POST', `/api/cases/${item.caseId}/moves/${item.move}`, {
          body, key: item.key, version: item.version,
        })
    return { kind: 'done', number: out.number, caseId: out.id }
  } catch (fault) {
    if (!(fault instanceof ApiError)) return { kind: 'unknown' }
    return outcomeOf(fault.status, {
      code: fault.problem.code, detail: fault.problem.detail || fault.problem.title, remedy: fault.problem.remedy ?? null,
    })
  }
}

function arrived(item: Queued, outcome: Extract<Outcome, { kind: 'done' }>): void {
  const one = { id: item.id, title: item.title, number: outcome.number, caseId: outcome.caseId, at: Date.now() }
  sent.value = [one, ...sent.value].slice(0, KEPT_SENT)
  for (const listener of listeners) listener(one)
}

async function drain(): Promise<void> {
  // Another tab may have sent some of it since this one looked.
  await loadQueue()
  for (let item = nextOf(items.value, Date.now()); item; item = nextOf(items.value, Date.now())) {
    if (!navigator.onLine) return
    sendingId.value = item.id
    const outcome = await deliver(item)
    sendingId.value = null
    signedOut.value = outcome.kind === 'signed_out'
    await replace(item, after(item, outcome, Date.now()))
    if (outcome.kind === 'done') arrived(item, outcome)
    if (outcome.kind === 'signed_out') return
  }
}

/** One tab sends at a time; the lock ends with the tab, so a crash holds nothing up. */
export async function run(): Promise<void> {
  clearTimeout(timer)
  if (!navigator.onLine) return
  if (navigator.locks) await navigator.locks.request(LOCK, { ifAvailable: true }, async (lock) => (lock ? drain() : undefined))
  else if (!sendingId.value) await drain()
  const turn = nextTurn(items.value)
  if (turn !== null && !signedOut.value) timer = setTimeout(() => void run(), Math.max(500, turn - Date.now()))
}

/** The line is back, or the person asks: pauses that were meant for a dead line end. */
export async function runNow(): Promise<void> {
  for (const item of items.value) if (item.state === 'waiting' && item.nextAt > 0) await replace(item, { ...item, nextAt: 0 })
  await run()
}

const OWNER = 'chengshu.grid.owner'

/** What was read for one person is not kept for the next who takes the phone. */
async function ownShelf(): Promise<void> {
  const owner = String(me.value?.id ?? '')
  if (localStorage.getItem(OWNER) === owner) return
  await forgetRead()
  sent.value = []
  today.value = null
  localStorage.setItem(OWNER, owner)
}

let started = false
export async function startSync(): Promise<void> {
  signedOut.value = false
  await ownShelf()
  await loadQueue()
  if (started) return void run()
  started = true
  addEventListener('online', () => {
    line.online = true
    void runNow()
  })
  addEventListener('offline', () => (line.online = false))
  // Asks the browser not to throw the queue away when the phone runs short of space.
  void navigator.storage?.persist?.()
  void run()
}

export const caseNow = (id: number): Promise<CaseOut> => cases.one(id)
