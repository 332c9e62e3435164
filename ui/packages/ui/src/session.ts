/** Who is signed in, what they may do, and the city they work in. */
import { computed, ref } from 'vue'
import { ApiError, configure, live, runtime, security, type Me } from '@chengshu/api'
import { setCityTime } from './time'
import { setLang } from './words'

export const me = ref<Me | null>(null)
export const site = computed(() => me.value?.site ?? null)
const granted = computed(() => new Set(me.value?.operations ?? []))

/** Whether the person holds an operation, or any operation of a room when given as `room.*`. */
export function may(operation: string): boolean {
  if (!operation.endsWith('.*')) return granted.value.has(operation)
  const room = operation.slice(0, -1)
  for (const one of granted.value) if (one.startsWith(room)) return true
  return false
}

export const mayAny = (operations: readonly string[]): boolean => operations.some(may)

function adopt(found: Me): void {
  me.value = found
  configure({ csrf: found.csrf })
  setCityTime(found.now)
  live.start()
  void followCityClock()
}

async function followCityClock(): Promise<void> {
  try {
    const clock = await runtime.clock()
    setCityTime(clock.now, clock.rate)
  } catch {
    // The sign-in answer already carried the time; only its speed stays unknown.
  }
}

/** Ask who this browser is; false when nobody is signed in. */
export async function restore(): Promise<boolean> {
  try {
    adopt(await security.me())
    return true
  } catch (fault) {
    if (fault instanceof ApiError && (fault.status === 401 || fault.status === 403)) return false
    throw fault
  }
}

export async function signIn(login: string, password: string): Promise<void> {
  await security.signIn(login, password)
  adopt(await security.me())
}

export async function signOut(): Promise<void> {
  live.stop()
  try {
    await security.signOut()
  } finally {
    forget()
  }
}

export function forget(): void {
  live.stop()
  me.value = null
  configure({ csrf: '' })
}

/** The language of the account wins once, on the first sign-in of this browser. */
export function adoptLanguage(): void {
  if (me.value && !localStorage.getItem('chengshu.lang')) setLang(me.value.lang)
}
