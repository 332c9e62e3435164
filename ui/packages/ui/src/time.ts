/** City time: one ticking clock for the page, following the city's own clock and speed, shown in the city's zone. */
import { computed, ref } from 'vue'
import { lang } from './words'

const ZONE = 'Asia/Shanghai'
const base = ref({ city: Date.now(), wall: Date.now(), rate: 1 })
const tick = ref(Date.now())
let timer: ReturnType<typeof setInterval> | undefined

/** Follow the city's clock from now on. */
export function setCityTime(now: string, rate = 1): void {
  base.value = { city: Date.parse(now), wall: Date.now(), rate }
  tick.value = Date.now()
  timer ??= setInterval(() => (tick.value = Date.now()), 1000)
}

export const cityNow = computed(() => base.value.city + (tick.value - base.value.wall) * base.value.rate)
export const cityRate = computed(() => base.value.rate)

interface Parts {
  year: number
  month: number
  day: number
  hour: string
  minute: string
  second: string
}
const parser = new Intl.DateTimeFormat('en-GB', {
  timeZone: ZONE,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})

export function partsOf(at: number): Parts {
  const found = Object.fromEntries(parser.formatToParts(at).map((part) => [part.type, part.value]))
  return {
    year: Number(found.year),
    month: Number(found.month),
    day: Number(found.day),
    hour: found.hour ?? '00',
    minute: found.minute ?? '00',
    second: found.second ?? '00',
  }
}

function dayNumber(parts: Parts): number {
  return Date.UTC(parts.year, parts.month - 1, parts.day) / 86_400_000
}

const two = (value: number): string => String(value).padStart(2, '0')

/** `14:03` today, `昨天 14:03`, `11-20 14:03`, `2025-11-20` further away. */
export function when(iso: string | null | undefined, now: number = cityNow.value): string {
  if (!iso) return '—'
  const at = partsOf(Date.parse(iso))
  const today = partsOf(now)
  const days = dayNumber(at) - dayNumber(today)
  const time = `${at.hour}:${at.minute}`
  const zh = lang.value === 'zh'
  if (days === 0) return zh ? `今天 ${time}` : time
  if (days === -1) return zh ? `昨天 ${time}` : `Yesterday ${time}`
  if (days === 1) return zh ? `明天 ${time}` : `Tomorrow ${time}`
  if (at.year === today.year) return `${two(at.month)}-${two(at.day)} ${time}`
  return `${at.year}-${two(at.month)}-${two(at.day)}`
}

export function fullTime(iso: string | number | null | undefined): string {
  if (iso === null || iso === undefined || iso === '') return '—'
  const at = partsOf(typeof iso === 'number' ? iso : Date.parse(iso))
  return `${at.year}-${two(at.month)}-${two(at.day)} ${at.hour}:${at.minute}:${at.second}`
}

/** Words for a span of minutes: `3 天 2 小时`, `45 分钟`. */
export function span(minutes: number): string {
  const zh = lang.value === 'zh'
  const total = Math.max(0, Math.round(minutes))
  const days = Math.floor(total / 1440)
  const hours = Math.floor((total % 1440) / 60)
  const rest = total % 60
  if (days > 0) return zh ? join(`${days} 天`, hours, '小时') : join(`${days} d`, hours, 'h')
  if (hours > 0) return zh ? join(`${hours} 小时`, rest, '分') : join(`${hours} h`, rest, 'min')
  return zh ? `${rest} 分钟` : `${rest} min`
}

function join(head: string, amount: number, unit: string): string {
  return amount > 0 ? `${head} ${amount} ${unit}` : head
}

/** Natural time left (or overrun) until an instant. */
export function left(iso: string | null, now: number = cityNow.value): { over: boolean; text: string } | null {
  if (!iso) return null
  const minutes = (Date.parse(iso) - now) / 60_000
  const over = minutes < 0
  const zh = lang.value === 'zh'
  const words = span(Math.abs(minutes))
  if (over) return { over, text: zh ? `超 ${words}` : `${words} over` }
  return { over, text: zh ? `剩 ${words}` : `${words} left` }
}
