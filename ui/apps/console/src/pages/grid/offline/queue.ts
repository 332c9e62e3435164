/** What waits to be sent, in which order, and what an answer means: pure, so that every turn can be tested. */

export interface QueuedPhoto {
  id: string
  name: string
  blob: Blob
  hash: string | null
}

interface Waiting {
  id: string
  /** Sent with every attempt, so that the city does the work once however often it is asked. */
  key: string
  /** Whose work it is: on a shared phone nothing is ever sent under another person's name. */
  owner: number
  title: string
  createdAt: number
  photos: QueuedPhoto[]
  state: 'waiting' | 'refused'
  attempts: number
  nextAt: number
  refusal: Refusal | null
}

export interface QueuedReport extends Waiting {
  kind: 'report'
  body: Record<string, unknown>
}

export interface QueuedMove extends Waiting {
  kind: 'move'
  caseId: number
  move: string
  version: number
  values: Record<string, unknown>
  photoField: string | null
}

export type Queued = QueuedReport | QueuedMove

export interface Refusal {
  status: number
  code: string
  detail: string
  remedy: string | null
}

export type Outcome =
  | { kind: 'done'; number: string; caseId: number }
  | { kind: 'unknown' }
  | { kind: 'signed_out' }
  | { kind: 'refused'; refusal: Refusal }

const FIRST_WAIT = 2_000
const LONGEST_WAIT = 120_000

/** Growing pauses: a dead line is not hammered, a short hole is hardly noticed. */
export function pauseAfter(attempts: number): number {
  return Math.min(FIRST_WAIT * 2 ** Math.max(0, attempts - 1), LONGEST_WAIT)
}

/** The next one to send: oldest first, but nothing overtakes an earlier step of the same case. */
export function nextOf(items: readonly Queued[], now: number): Queued | null {
  const held = new Set<number>()
  for (const item of [...items].sort((a, b) => a.createdAt - b.createdAt)) {
    const blocked = item.kind === 'move' && held.has(item.caseId)
    if (item.state === 'waiting' && item.nextAt <= now && !blocked) return item
    if (item.kind === 'move') held.add(item.caseId)
  }
  return null
}

/** When something will be ready to send again; null when nothing waits. */
export function nextTurn(items: readonly Queued[]): number | null {
  const times = items.filter((i) => i.state === 'waiting').map((i) => i.nextAt)
  return times.length ? Math.min(...times) : null
}

/** What becomes of an item after an attempt; null means that it is done and may leave the queue. */
export function after<Q extends Queued>(item: Q, outcome: Outcome, now: number): Q | null {
  if (outcome.kind === 'done') return null
  const attempts = item.attempts + 1
  if (outcome.kind === 'refused') return { ...item, attempts, state: 'refused', refusal: outcome.refusal }
  return { ...item, attempts, nextAt: now + pauseAfter(attempts), refusal: null }
}

/** No answer, or one that says nothing about the request itself: it may or may not have been done. */
function saysNothing(status: number): boolean {
  const PASSING = [0, 408, 425, 429]
  return PASSING.includes(status) || status >= 500
}

/** What an answer of the city means for the queue. */
export function outcomeOf(status: number, problem: Partial<Refusal> | null): Outcome {
  if (saysNothing(status)) return { kind: 'unknown' }
  if (status === 401) return { kind: 'signed_out' }
  return {
    kind: 'refused',
    refusal: {
      status,
      code: problem?.code ?? 'http',
      detail: problem?.detail ?? '',
      remedy: problem?.remedy ?? null,
    },
  }
}

/** Refused because others were faster: the same step may be tried again on the case as it is now. */
export function isConflict(refusal: Refusal): boolean {
  return refusal.status === 409 || refusal.status === 412 || refusal.status === 428
}

/** The person has looked at the refusal and wants it sent again: a new attempt under a new key. */
export function again<Q extends Queued>(item: Q, key: string, version?: number): Q {
  const fresh = { ...item, key, state: 'waiting' as const, nextAt: 0, attempts: 0, refusal: null }
  return fresh.kind === 'move' && version !== undefined ? { ...fresh, version } : fresh
}

/** The body as the city wants it, once every photo has its hash. */
export function bodyOf(item: Queued): Record<string, unknown> {
  const hashes = item.photos.flatMap((p) => (p.hash ? [p.hash] : []))
  if (item.kind === 'report') return { ...item.body, ...(hashes.length ? { attachments: hashes } : {}) }
  return { ...item.values, ...(item.photoField && hashes.length ? { [item.photoField]: hashes } : {}) }
}
