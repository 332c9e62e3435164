/** One report from first photo to receipt: kept on the device, sent once, answered in words. */
import { computed, onScopeDispose, reactive, ref, watch } from 'vue'
import { newKey, type Located, type Suggestion } from '@chengshu/api'
import { ApiError, city, isUnknown, type Point, type Receipt } from './city'
import { dropDraft, emptyDraft, isEmpty, loadDraft, saveDraft, type Draft, type DraftPhoto } from './draft'
import { remember } from './mine'
import { county } from './site'
import { bodyOf, missing, SHORTEST, type FieldName } from './rules'
import { upload } from './upload'
import { t } from '../words'

export const MOST_PHOTOS = 6
const SAVE_WAIT = 400
const SUGGEST_WAIT = 600
const RETRY_EVERY = 15_000

export type Sending = { share: number } | 'waiting' | ApiError
export function useReport() {
  const draft = reactive<Draft>(emptyDraft())
  const sending = reactive<Record<string, Sending>>({})
  const located = ref<Located | null>(null)
  const suggestion = ref<Suggestion | null>(null)
  const looking = ref(false)
  const restored = ref(false)
  const saved = ref(false)
  const fromPhoto = ref(false)
  const state = ref<'writing' | 'photos' | 'sending' | 'pending' | 'done'>('writing')
  const fault = ref<unknown>(null)
  const faults = ref<Partial<Record<FieldName, string>>>({})
  const receipt = ref<Receipt | null>(null)
  let saver: ReturnType<typeof setTimeout> | undefined
  let asker: ReturnType<typeof setTimeout> | undefined
  let asking: AbortController | undefined
  let gone = false

  // -- the draft ---------------------------------------------------------------------------------
  async function restore(): Promise<void> {
    const kept = await loadDraft()
    if (kept && !isEmpty(kept)) {
      Object.assign(draft, kept)
      restored.value = true
      for (const photo of draft.photos) if (!photo.hash) void sendPhoto(photo)
      if (draft.point) void look(draft.point)
    }
    if (draft.pending) await flush()
  }

  async function keep(): Promise<void> {
    clearTimeout(saver)
    saved.value = await saveDraft(draft)
  }

  watch(draft, () => {
    clearTimeout(saver)
    if (state.value !== 'done') saver = setTimeout(() => void keep(), SAVE_WAIT)
  })

  async function startAfresh(): Promise<void> {
    clearTimeout(saver)
    Object.assign(draft, emptyDraft())
    located.value = suggestion.value = null
    restored.value = saved.value = fromPhoto.value = false
    fault.value = receipt.value = null
    faults.value = {}
    state.value = 'writing'
    await dropDraft()
  }

  // -- photos ------------------------------------------------------------------------------------
  function addPhotos(files: Iterable<File>): void {
    delete faults.value.photos
    for (const file of files) {
      if (!/^image\//.test(file.type) && !/\.(jpe?g|png|webp|hei[cf])$/i.test(file.name)) {
        faults.value.photos = t('report.photo.type', { name: file.name })
      } else if (draft.photos.length >= MOST_PHOTOS) {
        faults.value.photos = t('report.photo.limit', { n: MOST_PHOTOS })
      } else {
        draft.photos.push({ id: newKey(), name: file.name, blob: file, hash: null })
        void sendPhoto(draft.photos[draft.photos.length - 1] as DraftPhoto)
      }
    }
  }

  function removePhoto(id: string): void {
    draft.photos = draft.photos.filter((p) => p.id !== id)
    delete sending[id]
  }

  async function sendPhoto(photo: DraftPhoto): Promise<void> {
    sending[photo.id] = { share: 0 }
    try {
      const got = await upload(photo.blob, photo.name, (share) => { sending[photo.id] = { share } })
      photo.hash = got.hash
      delete sending[photo.id]
      if (got.lon !== null && got.lat !== null && !draft.point) {
        fromPhoto.value = true
        await place({ lon: got.lon, lat: got.lat })
      }
    } catch (cause) {
      sending[photo.id] = isUnknown(cause) || !(cause instanceof ApiError) ? 'waiting' : cause
    }
  }

  // -- place -------------------------------------------------------------------------------------
  async function place(point: Point, address = ''): Promise<void> {
    draft.point = { ...point }
    draft.address = address
    delete faults.value.place
    await look(point)
  }

  async function look(point: Point): Promise<void> {
    try {
      const found = await city.locate(point.lon, point.lat)
      if (draft.point?.lon !== point.lon || draft.point.lat !== point.lat) return
      located.value = found
      if (!found.region && !found.town) {
        draft.point = null
        faults.value.place = t('report.place.outside', { county: county.value })
      }
    } catch (cause) {
      located.value = null
      if (isUnknown(cause) || !(cause instanceof ApiError)) return
      draft.point = null
      faults.value.place = cause.message
    }
  }

  // -- what it looks like ------------------------------------------------------------------------
  async function suggest(): Promise<void> {
    asking?.abort()
    asking = new AbortController()
    looking.value = true
    try {
      suggestion.value = await city.suggest({
        text: draft.text.trim(), ...(draft.point ?? {}), ...(draft.class ? { class: draft.class } : {}),
      }, asking.signal)
    } catch {
      // A suggestion is a help; a report without it is as good.
    } finally {
      looking.value = false
    }
  }

  watch(() => [draft.text.trim(), draft.point, draft.class] as const, ([text]) => {
    clearTimeout(asker)
    if (text.length >= SHORTEST) delete faults.value.text
    if (text.length >= SHORTEST && state.value === 'writing') asker = setTimeout(() => void suggest(), SUGGEST_WAIT)
  })

  // -- sending -----------------------------------------------------------------------------------
  async function submit(): Promise<boolean> {
    if (state.value !== 'writing') return true
    const lacks = Object.entries(missing(draft)).map(([field, key]) => [field, t(key)])
    faults.value = Object.fromEntries(lacks)
    fault.value = null
    if (lacks.length) return false
    state.value = 'photos'
    await Promise.all(draft.photos.filter((p) => !p.hash && sending[p.id] instanceof ApiError === false).map(settled))
    const refused = draft.photos.some((p) => sending[p.id] instanceof ApiError)
    if (refused) {
      state.value = 'writing'
      faults.value.photos = t('report.photo.failed')
      return false
    }
    if (draft.photos.some((p) => !p.hash)) {
      state.value = 'writing'
      fault.value = new ApiError({ title: '', detail: '', status: 0, code: 'client.offline' })
      return false
    }
    draft.pending = { key: newKey(), body: bodyOf(draft) }
    await keep()
    await flush()
    return true
  }

  async function settled(photo: DraftPhoto): Promise<void> {
    if (sending[photo.id] === 'waiting') return sendPhoto(photo)
    const PAUSE = 200
    while (!photo.hash && typeof sending[photo.id] === 'object' && !gone) {
      await new Promise((go) => setTimeout(go, PAUSE))
    }
  }

  async function flush(): Promise<void> {
    const pending = draft.pending
    if (!pending || state.value === 'sending') return
    state.value = 'sending'
    try {
      const got = await city.send(pending.body, pending.key)
      remember({ number: got.number, code: got.code, title: pending.body.text.slice(0, 40), at: new Date().toISOString() })
      receipt.value = got
      state.value = 'done'
      clearTimeout(saver)
      await dropDraft()
    } catch (cause) {
      if (isUnknown(cause)) {
        state.value = 'pending'
        return
      }
      // The city has said no, so nothing is under way: the words may be changed and sent as a new attempt.
      draft.pending = null
      state.value = 'writing'
      told(cause)
    }
  }

  function told(cause: unknown): void {
    fault.value = cause
    if (!(cause instanceof ApiError)) return
    const named: Record<string, FieldName> = {
      text: 'text', lon: 'place', lat: 'place', place: 'place', region: 'place', reporter: 'phone',
      'reporter.phone': 'phone', attachments: 'photos',
    }
    for (const [field, detail] of Object.entries(cause.fields)) {
      const mine = named[field] ?? named[field.split('.')[0] ?? '']
      if (mine) faults.value[mine] = detail
    }
  }

  // -- the line comes back -----------------------------------------------------------------------
  function wake(): void {
    if (state.value === 'pending') void flush()
    for (const photo of draft.photos) if (sending[photo.id] === 'waiting') void sendPhoto(photo)
  }
  const timer = setInterval(() => { if (navigator.onLine) wake() }, RETRY_EVERY)
  addEventListener('online', wake)
  onScopeDispose(() => {
    gone = true
    clearInterval(timer)
    clearTimeout(asker)
    asking?.abort()
    removeEventListener('online', wake)
  })

  const locked = computed(() => state.value !== 'writing')
  const photosDone = computed(() => draft.photos.filter((p) => p.hash).length)
  return {
    draft, sending, located, suggestion, looking, restored, saved, fromPhoto, state, fault, faults, receipt, locked,
    photosDone, restore, startAfresh, addPhotos, removePhoto, sendPhoto, place, submit, flush,
  }
}

export type Report = ReturnType<typeof useReport>
