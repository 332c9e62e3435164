/** Case rows on screen that follow the city: a touched row is read again, a burst reads the first page once. */
import { cases, type CaseChanged, type CaseOut, type CaseRow, type Query } from '@chengshu/api'
import { paced, useLive, useResync } from '@chengshu/ui'
import { usePages, type Pages } from '@chengshu/kit'
import { ref, type Ref } from 'vue'

const PAGE = 50
const GATHER = 300
/** Beyond this many touched rows one page costs less than the rows. */
const FEW = 4

export interface CaseRows extends Pages<CaseRow> {
  /** New cases that arrived while the person was reading further down. */
  fresh: Ref<number>
}

export function rowFrom(old: CaseRow, found: CaseOut): CaseRow {
  return {
    ...old,
    title: found.title,
    class_title: found.class?.title ?? null,
    state: found.state,
    state_title: found.state_title,
    stage: found.stage,
    stage_title: found.stage_title,
    urgency: found.urgency,
    address: found.place?.address ?? old.address,
    lead_name: found.lead?.name ?? null,
    due_at: found.due_at,
    color: found.clock?.color ?? null,
    overdue: found.clock?.color === 'red',
    version: found.version,
    merged_count: found.merged.length,
  }
}

export function useCaseRows(query: () => Query, atTop: () => boolean = () => true): CaseRows {
  const pages = usePages<CaseRow>((after, signal) => cases.list({ ...query(), limit: PAGE, after }, signal), (row) => row.id)
  const fresh = ref(0)
  const touched = new Map<number, number>()

  const settle = paced(() => void apply(), GATHER)
  async function apply(): Promise<void> {
    const ids = [...touched.keys()]
    touched.clear()
    const known = new Map(pages.rows.value.map((row) => [row.id, row]))
    const shown = ids.filter((id) => known.has(id))
    if (shown.length < ids.length) {
      if (atTop()) return pages.reload()
      fresh.value += ids.length - shown.length
    }
    if (shown.length > FEW && atTop()) return pages.reload()
    await Promise.all(shown.slice(0, FEW).map(readRow))
  }
  async function readRow(id: number): Promise<void> {
    try {
      const found = await cases.one(id)
      pages.patch(id, (row) => (row.version <= found.version ? rowFrom(row, found) : row))
    } catch {
      // Out of reach now (handed to another office): it leaves this list.
      pages.patch(id, () => null)
    }
  }

  useLive<CaseChanged>('cases.changed', (event) => {
    touched.set(event.id, event.version)
    settle()
  })
  useResync(() => void pages.reload())

  async function reload(): Promise<void> {
    fresh.value = 0
    await pages.reload()
  }
  return { ...pages, reload, fresh }
}
