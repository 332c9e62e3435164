/** What a report needs before the city can act on it, and what is sent. */
import type { ReportBody } from './city'
import type { Draft } from './draft'
import type { Key } from '../words'

export const SHORTEST = 4
export type FieldName = 'text' | 'place' | 'phone' | 'photos'

export function phoneFits(phone: string): boolean {
  const digits = phone.replace(/[\s-]/g, '')
  return digits === '' || /^1[3-9]\d{9}$/.test(digits) || /^0\d{9,11}$/.test(digits)
}

/** What is still missing before the city could act on it. */
export function missing(draft: Draft): Partial<Record<FieldName, Key>> {
  return {
    ...(draft.text.trim().length >= SHORTEST ? {} : { text: 'report.words.short' }),
    ...(draft.point ? {} : { place: 'report.place.none' }),
    ...(phoneFits(draft.phone) ? {} : { phone: 'report.contact.phone.bad' }),
  }
}

export function bodyOf(draft: Draft): ReportBody {
  const address = [draft.address, draft.detail.trim()].filter(Boolean).join(' ')
  const told = !draft.anonymous && (draft.phone.trim() || draft.name.trim())
  return {
    text: draft.text.trim(),
    attachments: draft.photos.flatMap((p) => (p.hash ? [p.hash] : [])),
    ...(draft.class ? { class: draft.class } : {}),
    ...(draft.point ?? {}),
    ...(address ? { address } : {}),
    ...(told
      ? { reporter: {
          anonymous: false,
          ...(draft.name.trim() ? { name: draft.name.trim() } : {}),
          ...(draft.phone.trim() ? { phone: draft.phone.replace(/[\s-]/g, '') } : {}),
        } }
      : { reporter: { anonymous: true } }),
  }
}
