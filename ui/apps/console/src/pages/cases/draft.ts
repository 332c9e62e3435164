/** A case being written down, and what of it goes over the wire. */
import type { CaseCreate, CaseType, Channel, Urgency } from '@chengshu/api'

export interface Draft {
  channel: Channel
  text: string
  class: string | undefined
  condition: string | undefined
  urgency: Urgency
  address: string
  lon: number | undefined
  lat: number | undefined
  name: string
  phone: string
  anonymous: boolean
  attachments: string[]
}

/** The case type whose classes the chosen class belongs to, among those open to the channel. */
export function typeFor(types: readonly Pick<CaseType, 'id' | 'channels' | 'classes_root'>[], draft: Pick<Draft, 'class' | 'channel'>): string {
  const open = types.filter((one) => one.channels.includes(draft.channel))
  const rooted = open.filter((one) => one.classes_root && draft.class?.startsWith(one.classes_root))
  return (rooted[0] ?? open[0] ?? types[0])?.id ?? ''
}

/** The words, place and people of a draft; blanks are left out. */
export function bodyOf(draft: Draft): Omit<CaseCreate, 'type'> {
  const made: Omit<CaseCreate, 'type'> = { channel: draft.channel, text: draft.text.trim(), urgency: draft.urgency }
  if (draft.class) made.class = draft.class
  if (draft.condition) made.condition = draft.condition
  if (draft.address.trim()) made.address = draft.address.trim()
  if (draft.lon !== undefined && draft.lat !== undefined) Object.assign(made, { lon: draft.lon, lat: draft.lat })
  if (draft.attachments.length) made.attachments = draft.attachments
  if (draft.name || draft.phone || draft.anonymous)
    made.reporter = { name: draft.name || null, phone: draft.phone || null, anonymous: draft.anonymous }
  return made
}
