/** The device's own store of what waits and of what was read last, in IndexedDB. */
import { toRaw } from 'vue'
import type { Queued } from './queue'

const BASE = 'chengshu.grid'
const QUEUE = 'queue'
const READ = 'read'

function open(): Promise<IDBDatabase> {
  return new Promise((done, fail) => {
    const request = indexedDB.open(BASE, 1)
    request.onupgradeneeded = () => {
      request.result.createObjectStore(QUEUE, { keyPath: 'id' })
      request.result.createObjectStore(READ)
    }
    request.onsuccess = () => done(request.result)
    request.onerror = () => fail(request.error ?? new Error('indexedDB'))
  })
}

async function within<T>(
  store: string, mode: IDBTransactionMode, act: (s: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const base = await open()
  try {
    return await new Promise<T>((done, fail) => {
      // `strict`: a report that the worker was told is kept must survive the phone's battery dying.
      const turn = base.transaction(store, mode, { durability: 'strict' })
      const request = act(turn.objectStore(store))
      turn.oncomplete = () => done(request.result)
      turn.onabort = turn.onerror = () => fail(turn.error ?? new Error('indexedDB'))
    })
  } finally {
    base.close()
  }
}

/** Reactive wrappers cannot be stored; blobs must be passed through untouched. */
function plain(item: Queued): Queued {
  const { photos, ...rest } = item
  return {
    ...(JSON.parse(JSON.stringify(rest)) as Queued),
    photos: photos.map((p) => ({ id: p.id, name: p.name, hash: p.hash, blob: toRaw(p.blob) })),
  }
}

export const shelf = {
  all: () => within<Queued[]>(QUEUE, 'readonly', (s) => s.getAll() as IDBRequest<Queued[]>),
  put: (item: Queued) => within(QUEUE, 'readwrite', (s) => s.put(plain(item))),
  drop: (id: string) => within(QUEUE, 'readwrite', (s) => s.delete(id)),
}

export interface Snapshot<T> {
  at: number
  value: T
}

export async function keepRead<T>(name: string, value: T): Promise<void> {
  const copy = JSON.parse(JSON.stringify({ at: Date.now(), value })) as Snapshot<T>
  await within(READ, 'readwrite', (s) => s.put(copy, name))
}

export function lastRead<T>(name: string): Promise<Snapshot<T> | undefined> {
  return within<Snapshot<T> | undefined>(READ, 'readonly', (s) => s.get(name) as IDBRequest<Snapshot<T> | undefined>)
}

export function forgetRead(): Promise<undefined> {
  return within(READ, 'readwrite', (s) => s.clear())
}
