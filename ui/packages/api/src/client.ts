/** One small fetch client: JSON in and out, problem+json raised as errors, CSRF and language sent along. */
import type { Lang, ProblemBody } from './types'

export class ApiError extends Error {
  readonly status: number
  readonly problem: ProblemBody

  constructor(problem: ProblemBody) {
    super(problem.detail || problem.title)
    this.name = 'ApiError'
    this.status = problem.status
    this.problem = problem
  }

  /** Faults by field name, so that forms can show each one where it belongs. */
  get fields(): Record<string, string> {
    const found: Record<string, string> = {}
    for (const fault of this.problem.errors ?? []) found[fault.field] = fault.detail
    if (this.problem.field) found[this.problem.field] ??= this.problem.detail
    return found
  }
}

export type Query = Record<string, string | number | boolean | null | undefined>

export interface CallOptions {
  query?: Query | undefined
  body?: unknown
  form?: FormData
  version?: number | undefined
  key?: string
  headers?: Record<string, string>
  signal?: AbortSignal | undefined
}

interface State {
  csrf: string
  lang: Lang
  onUnauthenticated: (() => void) | null
}
const state: State = { csrf: '', lang: 'zh', onUnauthenticated: null }

/** Set what every later call carries; the session store calls this after sign-in. */
export function configure(next: Partial<State>): void {
  Object.assign(state, next)
}

export function queryString(query: Query | undefined): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== '') params.set(name, String(value))
  }
  const text = params.toString()
  return text ? `?${text}` : ''
}

/** A fresh idempotency key; `randomUUID` is missing on plain-HTTP hosts other than localhost. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function offline(): ProblemBody {
  const zh = state.lang === 'zh'
  return {
    title: zh ? '网络不通' : 'No connection',
    detail: zh ? '连不上服务器，请检查网络后重试。' : 'The server cannot be reached. Check the network and try again.',
    status: 0,
    code: 'client.offline',
  }
}

async function problemOf(response: Response): Promise<ProblemBody> {
  try {
    const body = (await response.json()) as Partial<ProblemBody>
    return { title: response.statusText, code: 'http', detail: '', ...body, status: response.status }
  } catch {
    return { title: response.statusText, status: response.status, code: 'http', detail: `HTTP ${response.status}` }
  }
}

function headersFor(method: string, options: CallOptions): Record<string, string> {
  const headers: Record<string, string> = { Accept: 'application/json', 'Accept-Language': state.lang }
  if (method !== 'GET' && state.csrf) headers['X-CSRF-Token'] = state.csrf
  if (options.body !== undefined) headers['Content-Type'] = 'application/json'
  if (options.version !== undefined) headers['If-Match'] = `"${options.version}"`
  if (options.key) headers['Idempotency-Key'] = options.key
  return { ...headers, ...options.headers }
}

async function send(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init)
  } catch (fault) {
    if (fault instanceof DOMException && fault.name === 'AbortError') throw fault
    throw new ApiError(offline())
  }
}

export async function call<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
  const init: RequestInit = { method, headers: headersFor(method, options), credentials: 'same-origin' }
  if (options.signal) init.signal = options.signal
  if (options.form) init.body = options.form
  else if (options.body !== undefined) init.body = JSON.stringify(options.body)
  const response = await send(path + queryString(options.query), init)
  if (!response.ok) {
    if (response.status === 401) state.onUnauthenticated?.()
    throw new ApiError(await problemOf(response))
  }
  const text = await response.text()
  return (text ? JSON.parse(text) : undefined) as T
}

export const get = <T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> =>
  call<T>('GET', path, { query, signal })
export const post = <T>(path: string, body?: unknown, options: CallOptions = {}): Promise<T> =>
  call<T>('POST', path, { ...options, body: body ?? {} })
export const put = <T>(path: string, body: unknown): Promise<T> => call<T>('PUT', path, { body })
export const patch = <T>(path: string, body: unknown, version?: number): Promise<T> =>
  call<T>('PATCH', path, { body, version })
export const remove = <T = void>(path: string): Promise<T> => call<T>('DELETE', path)
export function upload<T>(path: string, file: File | Blob, name = 'file', query?: Query): Promise<T> {
  const form = new FormData()
  form.append(name, file, file instanceof File ? file.name : 'photo.jpg')
  return call<T>('POST', path, { form, query })
}
