/** The report being written, kept on this device until the city has acknowledged it. */
import { toRaw } from 'vue'
import type { Point, ReportBody } from './city'

const BASE_NAME = 'chengshu.portal'
const SHELF = 'drafts'
const CURRENT = 'report'

export interface DraftPhoto { id: string; name: string; blob: Blob; hash: string | null }

export interface Draft {
  text: string
  class: string | null
  photos: DraftPhoto[]
  point: Point | null
  address: string
  detail: string
  name: string
  phone: string
  anonymous: boolean
  /** Sent, but no answer came: exactly this body with exactly this key is sent until an answer does. */
  pending: { key: string; body: ReportBody } | null
}

export function emptyDraft(): Draft {
  return {
    text: '', class: null, photos: [], point: null, address: '', detail: '',
    name: '', phone: '', anonymous: false, pending: null,
  }
}

function open(): Promise<IDBDatabase> {
  return new Promise((done, fail) => {
    const request = indexedDB.open(BASE_NAME, 1)
    request.onupgradeneeded = () => { request.result.createObjectStore(SHELF) }
    request.onsuccess = () => { done(request.result) }
    request.onerror = () => { fail(request.error ?? new Error('indexedDB')) }
  })
}

async function shelf<T>(mode: IDBTransactionMode, act: (s: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const base = await open()
  try {
    return await new Promise<T>((done, fail) => {
      const move = base.transaction(SHELF, mode)
      const request = act(move.objectStore(SHELF))
      move.oncomplete = () => { done(request.result) }
      move.onabort = move.onerror = () => { fail(move.error ?? new Error('indexedDB')) }
    })
  } finally {
    base.close()
  }
}

export async function loadDraft(): Promise<Draft | null> {
  try {
    const found = await shelf<Draft | undefined>('readonly', (s) => s.get(CURRENT) as IDBRequest<Draft | undefined>)
    return found ? { ...emptyDraft(), ...found } : null
  } catch {
    return null
  }
}

/** The browser can store plain objects and blobs, but not the reactive wrappers around them. */
function plain(draft: Draft): Draft {
  const { photos, ...rest } = draft
  return {
    ...(JSON.parse(JSON.stringify(rest)) as Omit<Draft, 'photos'>),
    photos: photos.map((p) => ({ id: p.id, name: p.name, blob: toRaw(p.blob), hash: p.hash })),
  }
}

/** True when the device really kept it; a private window or a full disk answers false. */
export async function saveDraft(draft: Draft): Promise<boolean> {
  try {
    await shelf('readwrite', (s) => s.put(plain(draft), CURRENT))
    return true
  } catch {
    return false
  }
}

export async function dropDraft(): Promise<void> {
  try {
    await shelf('readwrite', (s) => s.delete(CURRENT))
  } catch {
    // Nothing was kept, so nothing remains.
  }
}

export function isEmpty(draft: Draft): boolean {
  return !draft.text.trim() && draft.photos.length === 0 && !draft.point && !draft.pending && !draft.phone
}
