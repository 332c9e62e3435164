/** What a citizen asks the city through the open door, and what a failed call means. */
import { ApiError, call, itemsOf, open, type CaseClass, type PlaceHit, type Point, type ReportOut } from '@chengshu/api'

export { ApiError }
export type { CaseClass, PlaceHit, Point, ReportOut }

/** Nobody knows whether the server has acted: only the very same request may be sent again. */
export function isUnknown(fault: unknown): boolean {
  return fault instanceof ApiError && (fault.status === 0 || fault.status === 429 || fault.status >= 500)
}

export interface ReportBody {
  text: string
  class?: string
  lon?: number
  lat?: number
  address?: string
  reporter?: { name?: string; phone?: string; anonymous: boolean }
  attachments: string[]
}

export interface Receipt { number: string; code: string; state: string; merged?: boolean }

const POST_WAIT = 30_000

export const city = {
  ...open,
  classList: () => open.classes().then(itemsOf),
  placeList: (q: string) => open.searchPlaces(q, 6).then(itemsOf),
  townOutlines: () => open.outlines({ level: 2 }),
  /** A dead line must end in an answer, or the page could never offer to try again. */
  send: (body: ReportBody, key: string) =>
    call<Receipt>('POST', '/api/open/v1/reports', { body, key, signal: AbortSignal.timeout(POST_WAIT) }).catch(
      (fault: unknown) => {
        if (fault instanceof ApiError) throw fault
        throw new ApiError({ title: '', detail: '', status: 0, code: 'client.timeout' })
      },
    ),
}
