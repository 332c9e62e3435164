/** Short lists every form needs (offices, classes, people), read once and shared. */
import { shallowRef, type ShallowRef } from 'vue'
import { cases, itemsOf, places, security, type CaseClass, type Org, type Region } from '@chengshu/api'
import { asApiError } from '@chengshu/ui'
import type { ApiError } from '@chengshu/api'

export interface Directory<T> {
  items: ShallowRef<T[] | null>
  error: ShallowRef<ApiError | null>
  ask: () => Promise<T[]>
}

function directory<T>(read: () => Promise<T[]>): Directory<T> {
  const items = shallowRef<T[] | null>(null)
  const error = shallowRef<ApiError | null>(null)
  let asking: Promise<T[]> | null = null

  async function fetchOnce(): Promise<T[]> {
    try {
      items.value = await read()
      error.value = null
      return items.value
    } catch (fault) {
      error.value = asApiError(fault)
      asking = null
      return []
    }
  }
  return { items, error, ask: () => (asking ??= fetchOnce()) }
}

async function allOrgs(): Promise<Org[]> {
  const found: Org[] = []
  let after: string | undefined
  // A county has a few hundred offices; the cap keeps a broken cursor from looping.
  for (let page = 0; page < 20; page += 1) {
    const answer = await security.orgs({ after })
    found.push(...itemsOf(answer))
    if (Array.isArray(answer) || !answer.next) break
    after = answer.next
  }
  return found
}

export const orgDirectory = directory<Org>(allOrgs)
export const classDirectory = directory<CaseClass>(async () => itemsOf(await cases.classes()))
export const townDirectory = directory<Region>(async () => itemsOf(await places.regions({ level: 2 })))

/** The children of a region, cached for the life of the page. */
const children = new Map<string, Promise<Region[]>>()
export function regionsUnder(parent: string): Promise<Region[]> {
  let asked = children.get(parent)
  if (!asked) {
    asked = places.regions({ parent }).then(itemsOf)
    asked.catch(() => children.delete(parent))
    children.set(parent, asked)
  }
  return asked
}
