/** One report as its reporter may see it, asked again gently while somebody is looking. */
import { onScopeDispose, ref } from 'vue'
import { ApiError, city, type ReportOut } from './city'
import { codeOf, mine, remember } from './mine'

const EVERY = 20_000

/** The code comes from this device, from the scanned address, or from the form just filled in; never from a query. */
export function codeFor(number: string): string {
  const scanned = decodeURIComponent(location.hash.slice(1))
  if (scanned) return scanned
  return codeOf(number) || (sessionStorage.getItem(`chengshu.code.${number}`) ?? '')
}

export function isWrongCode(fault: unknown): boolean {
  return fault instanceof ApiError && [401, 403, 404].includes(fault.status)
}

export function useProgress() {
  const report = ref<ReportOut | null>(null)
  const fault = ref<unknown>(null)
  const acting = ref<unknown>(null)
  const busy = ref(false)
  const seenAt = ref('')
  let number = ''
  let code = ''

  function take(found: ReportOut): void {
    report.value = found
    seenAt.value = new Date().toISOString()
    fault.value = null
    const known = mine.list.find((m) => m.number === found.number)
    if (known) remember({ ...known, state: found.state_title, rate: found.can_rate })
  }

  async function load(): Promise<void> {
    if (!number || !code) return
    try {
      const asked = number
      const found = await city.progress(asked, code)
      if (asked === number) take(found)
    } catch (cause) {
      // What was read before stays on the page: an old state with its time is better than none.
      if (!report.value || isWrongCode(cause)) fault.value = cause
    }
  }

  async function open(n: string, c: string): Promise<void> {
    report.value = null
    fault.value = null
    number = n
    code = c
    await load()
    if (report.value && !mine.list.some((m) => m.number === n)) {
      remember({ number: n, code: c, title: (report.value as ReportOut).title, at: (report.value as ReportOut).opened_at })
    }
  }

  async function act(what: () => Promise<ReportOut>): Promise<boolean> {
    busy.value = true
    acting.value = null
    try {
      take(await what())
      void load()
      return true
    } catch (cause) {
      acting.value = cause
      return false
    } finally {
      busy.value = false
    }
  }

  const rate = (grade: number, words: string) => act(() => city.rate(number, code, grade, words))
  const reopen = (reason: string) => act(() => city.reopen(number, code, reason))

  function seen(): void {
    if (document.visibilityState === 'visible' && !busy.value) void load()
  }
  const timer = setInterval(seen, EVERY)
  document.addEventListener('visibilitychange', seen)
  addEventListener('online', seen)
  onScopeDispose(() => {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', seen)
    removeEventListener('online', seen)
  })
  return { report, fault, acting, busy, seenAt, open, load, rate, reopen }
}
