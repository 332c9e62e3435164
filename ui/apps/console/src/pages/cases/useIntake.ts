/** A case being taken in: what the caller says, what the city suggests, what the operator decides. */
import { computed, reactive, ref, shallowRef, watch } from 'vue'
import { cases, newKey, type CaseCreate, type CaseOut, type CaseType, type Suggestion } from '@chengshu/api'
import { asApiError, later } from '@chengshu/ui'
import { classDirectory } from '@chengshu/kit'
import type { ApiError } from '@chengshu/api'
import { bodyOf, typeFor, type Draft } from './draft'

const PAUSE = 450
const ENOUGH_WORDS = 4

export function useIntake(phone: string) {
  const draft = reactive<Draft>({
    channel: phone ? 'hotline' : 'staff',
    text: '',
    class: undefined,
    condition: undefined,
    urgency: 'normal',
    address: '',
    lon: undefined,
    lat: undefined,
    name: '',
    phone,
    anonymous: false,
    attachments: [],
  })
  const suggestion = shallowRef<Suggestion | null>(null)
  const thinking = ref(false)
  const saving = ref(false)
  const fault = shallowRef<ApiError | null>(null)
  // What the operator set by hand is never overwritten by a suggestion.
  const touched = reactive({ class: false, urgency: false, place: false })
  const types = shallowRef<CaseType[]>([])
  let key = newKey()
  let asking: AbortController | null = null

  void classDirectory.ask()
  void cases.types().then(
    (found) => (types.value = Array.isArray(found) ? found : found.items),
    () => undefined,
  )

  async function suggest(): Promise<void> {
    asking?.abort()
    if (draft.text.trim().length < ENOUGH_WORDS) {
      suggestion.value = null
      return
    }
    const mine = new AbortController()
    asking = mine
    thinking.value = true
    try {
      const point = touched.place && draft.lon !== undefined ? { lon: draft.lon, lat: draft.lat } : {}
      const found = await cases.suggest(
        { text: draft.text, ...point, address: draft.address || undefined, class: touched.class ? draft.class : undefined },
        mine.signal,
      )
      if (asking === mine) adopt(found)
    } catch {
      // Suggestions help but are not needed to save a case.
    } finally {
      if (asking === mine) thinking.value = false
    }
  }

  function adopt(found: Suggestion): void {
    suggestion.value = found
    if (!touched.class) draft.class = found.classes[0]?.code
    if (!touched.urgency && found.urgency) draft.urgency = found.urgency.value
    if (!touched.place && found.place?.lon !== undefined && found.place.lat !== undefined) {
      draft.lon = found.place.lon
      draft.lat = found.place.lat
    }
  }

  const soon = later(() => void suggest(), PAUSE)
  watch(() => [draft.text, draft.address, draft.class, draft.lon, draft.lat], soon)
  watch(
    () => draft.class,
    () => (draft.condition = conditions.value[0]?.id),
  )
  const conditions = computed(
    () => (classDirectory.items.value ?? []).find((one) => one.code === draft.class)?.conditions ?? [],
  )

  function body(mergeInto: number | undefined): CaseCreate {
    return { type: typeFor(types.value, draft), ...bodyOf(draft), ...(mergeInto === undefined ? {} : { merge_into: mergeInto }) }
  }

  async function save(mergeInto?: number): Promise<CaseOut | null> {
    if (saving.value) return null
    saving.value = true
    fault.value = null
    try {
      const found = await cases.create(body(mergeInto), key)
      key = newKey()
      return found
    } catch (error) {
      fault.value = asApiError(error)
      // A refused draft will be changed before it is sent again: that is a new request.
      if (fault.value.status > 0) key = newKey()
      return null
    } finally {
      saving.value = false
    }
  }
  return { draft, touched, suggestion, thinking, saving, fault, conditions, save }
}

export type Intake = ReturnType<typeof useIntake>
