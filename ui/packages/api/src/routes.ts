/** The calls the screens make, by room; nothing here holds state. */
import { call, get, newKey, patch, post, put, queryString, remove, upload, type Query } from './client'
import type * as T from './types'

const enc = encodeURIComponent

export const security = {
  signIn: (login: string, password: string) => post<T.Me>('/api/security/sessions', { login, password }),
  signOut: () => remove('/api/security/sessions/current'),
  me: () => get<T.Me>('/api/security/me'),
  oidc: () => get<T.Oidc>('/api/security/oidc'),
  changePassword: (current: string, next: string) =>
    put<void>('/api/security/me/password', { current, new: next }),
  sessions: () => get<T.Page<T.SessionOut>>('/api/security/sessions'),
  people: (query: Query) => get<T.Page<T.Person>>('/api/security/people', query),
  person: (id: number) => get<T.Person>(`/api/security/people/${id}`),
  createPerson: (body: T.Row) => post<T.Person>('/api/security/people', body),
  changePerson: (id: number, body: T.Row) => patch<T.Person>(`/api/security/people/${id}`, body),
  resetPassword: (id: number) => post<{ password: string }>(`/api/security/people/${id}/password`),
  endSession: (id: number | string) => remove(`/api/security/sessions/${id}`),
  addPost: (id: number, body: T.Row) => post<T.Post>(`/api/security/people/${id}/posts`, body),
  removePost: (id: number) => remove(`/api/security/posts/${id}`),
  orgs: (query: Query = {}) => get<T.Page<T.Org>>('/api/security/orgs', { limit: 1000, ...query }),
  createOrg: (body: T.Row) => post<T.Org>('/api/security/orgs', body),
  changeOrg: (code: string, body: T.Row) => patch<T.Org>(`/api/security/orgs/${enc(code)}`, body),
  roles: () => get<T.Page<T.Role>>('/api/security/roles'),
  changeRole: (id: string, body: T.Row) => put<T.Role>(`/api/security/roles/${enc(id)}`, body),
  operations: () => get<T.Page<T.OperationOut>>('/api/security/operations'),
  importPeople: (file: File, dryRun: boolean) =>
    upload<T.ImportReport>('/api/security/imports', file, 'file', { dry_run: dryRun }),
}

export const ledger = {
  entries: (query: Query) => get<T.Page<T.LedgerEntry>>('/api/ledger/entries', query),
  state: () => get<T.LedgerState>('/api/ledger/state'),
  verify: () => post<T.Row>('/api/ledger/verifications'),
}

export const runtime = {
  health: () => get<T.Row>('/api/health'),
  clock: () => get<T.ClockOut>('/api/clock'),
  setClock: (body: Partial<T.ClockOut>) => put<T.ClockOut>('/api/clock', body),
  jobs: () => get<T.Jobs>('/api/jobs'),
}

export const places = {
  regions: (query: Query) => get<T.Page<T.Region>>('/api/places/regions', { limit: 500, ...query }),
  outlines: (query: Query) => get<GeoJSON.FeatureCollection>('/api/places/regions.geojson', query),
  locate: (lon: number, lat: number, datum?: string) => get<T.Located>('/api/places/locate', { lon, lat, datum }),
  search: (q: string, limit = 8) => get<T.Page<T.PlaceHit>>('/api/places/search', { q, limit }),
  importFile: (file: File, dryRun: boolean) =>
    upload<T.OutlineReport>('/api/places/imports', file, 'file', { dry_run: dryRun }),
}

export const maps = {
  layers: () => get<T.Page<T.Layer> | T.Layer[]>('/api/maps/layers'),
  features: (id: string, query: Query) =>
    get<GeoJSON.FeatureCollection & { truncated?: boolean }>(`/api/maps/layers/${enc(id)}/features`, query),
}

export const cases = {
  types: () => get<T.Page<T.CaseType> | T.CaseType[]>('/api/cases/types'),
  classes: () => get<T.Page<T.CaseClass> | T.CaseClass[]>('/api/cases/classes'),
  screen: () => get<T.CaseScreen>('/api/cases/screen'),
  suggest: (body: T.Row, signal?: AbortSignal) =>
    call<T.Suggestion>('POST', '/api/cases/suggestions', { body, signal }),
  create: (body: T.CaseCreate, key: string) => post<T.CaseOut>('/api/cases', body, { key }),
  list: (query: Query, signal?: AbortSignal) => get<T.Page<T.CaseRow>>('/api/cases', query, signal),
  one: (id: number | string, asOf?: string) => get<T.CaseOut>(`/api/cases/${id}`, { as_of: asOf }),
  move: (id: number, move: string, version: number, values: T.Row) =>
    post<T.CaseOut>(`/api/cases/${id}/moves/${enc(move)}`, values, { version, key: newKey() }),
  upload: (file: File | Blob) => upload<T.Upload>('/api/cases/uploads', file),
  board: (by: string) => get<{ columns: T.BoardColumn[] }>('/api/cases/board', { by }),
  points: (query: Query, signal?: AbortSignal) =>
    get<GeoJSON.FeatureCollection & { truncated?: boolean }>('/api/cases/points', query, signal),
  exportUrl: (query: Query) => `/api/cases/export.xlsx${queryString(query)}`,
  follow: (id: number) => post<void>(`/api/cases/${id}/follow`),
  unfollow: (id: number) => remove(`/api/cases/${id}/follow`),
  duties: (query: Query) => get<T.Page<T.Row>>('/api/cases/duties', query),
}

export const resources = {
  all: () => get<T.Page<T.ResourceSummary> | T.ResourceSummary[]>('/api/resources'),
  one: (id: string) => get<T.ResourceOut>(`/api/resources/${enc(id)}`),
  rows: (id: string, query: Query) => get<T.Page<T.Row>>(`/api/resources/${enc(id)}/rows`, query),
  row: (id: string, key: string, asOf?: string) =>
    get<T.Row>(`/api/resources/${enc(id)}/rows/${enc(key)}`, { as_of: asOf }),
  createRow: (id: string, body: T.Row) => post<T.Row>(`/api/resources/${enc(id)}/rows`, body),
  changeRow: (id: string, key: string, body: T.Row, version: number) =>
    patch<T.Row>(`/api/resources/${enc(id)}/rows/${enc(key)}`, body, version),
  removeRow: (id: string, key: string, version: number) =>
    call<void>('DELETE', `/api/resources/${enc(id)}/rows/${enc(key)}`, { version }),
  importFile: (id: string, file: File, dryRun: boolean) =>
    upload<T.SheetReport>(`/api/resources/${enc(id)}/imports`, file, 'file', { dry_run: dryRun }),
  history: (id: string, key: string) =>
    get<T.Page<T.Row> | T.Row[]>(`/api/resources/${enc(id)}/rows/${enc(key)}/history`),
}

export const decide = {
  boards: () => get<T.Page<T.Board> | T.Board[]>('/api/boards'),
  board: (id: string) => get<T.Board>(`/api/boards/${enc(id)}`),
  tallies: (query: Query) => get<{ as_of: string; rows: T.TallyRow[] }>('/api/indicators/tallies', query),
}

export const messages = {
  inbox: (query: Query = {}) => get<T.Page<T.Message>>('/api/messages/inbox', query),
  count: () => get<{ unread: number }>('/api/messages/count'),
  read: (id: number) => post<void>(`/api/messages/${id}/read`),
  readAll: () => post<void>('/api/messages/read'),
}

export const search = (q: string, signal?: AbortSignal) =>
  get<{ groups: T.SearchGroup[] }>('/api/search', { q }, signal)

export const packs = {
  all: () => get<T.Page<T.Pack> | T.Pack[]>('/api/packs'),
  plan: (id: string) => post<T.PackPlan>(`/api/packs/${enc(id)}/plan`),
  install: (id: string) => post<T.Row>(`/api/packs/${enc(id)}/install`),
  switchOff: (id: string) => post<T.Row>(`/api/packs/${enc(id)}/switch_off`),
}

export const open = {
  site: () => get<T.OpenSite>('/api/open/v1/site'),
  classes: () => get<T.Page<T.CaseClass> | T.CaseClass[]>('/api/open/v1/classes'),
  suggest: (body: T.Row, signal?: AbortSignal) =>
    call<T.Suggestion>('POST', '/api/open/v1/suggestions', { body, signal }),
  upload: (file: File | Blob) => upload<T.Upload>('/api/open/v1/uploads', file),
  report: (body: T.ReportCreate, key: string) => post<T.ReportCreated>('/api/open/v1/reports', body, { key }),
  progress: (number: string, code: string) =>
    call<T.ReportOut>('GET', `/api/open/v1/reports/${enc(number)}`, { headers: { 'X-Report-Code': code } }),
  rate: (number: string, code: string, grade: number, text: string) =>
    post<T.ReportOut>(`/api/open/v1/reports/${enc(number)}/rating`, { grade, text }, { headers: { 'X-Report-Code': code } }),
  reopen: (number: string, code: string, reason: string) =>
    post<T.ReportOut>(`/api/open/v1/reports/${enc(number)}/reopen`, { reason }, { headers: { 'X-Report-Code': code } }),
  stats: () => get<T.PublicStats>('/api/open/v1/stats'),
  locate: (lon: number, lat: number, datum?: string) => get<T.Located>('/api/open/v1/locate', { lon, lat, datum }),
  searchPlaces: (q: string, limit = 8) => get<T.Page<T.PlaceHit>>('/api/open/v1/places/search', { q, limit }),
  outlines: (query: Query) => get<GeoJSON.FeatureCollection>('/api/open/v1/regions.geojson', query),
}

export const gridwork = {
  today: (query: Query = {}) => get<T.GridToday>('/api/gridwork/today', query),
}

/** Lists arrive as a page or, for short fixed lists, as an array; screens want the array. */
export function itemsOf<I>(answer: T.Page<I> | I[]): I[] {
  return Array.isArray(answer) ? answer : answer.items
}
