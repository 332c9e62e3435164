/** The wire shapes of the city's HTTP contract, kept by hand in step with /api/openapi.json. */

export type Lang = 'zh' | 'en'
export type ClockColor = 'red' | 'yellow' | 'green' | 'gray'
export type Urgency = 'normal' | 'urgent' | 'critical'
export type Channel = 'grid' | 'citizen' | 'hotline' | 'staff' | 'api' | 'device'
export type StageId = 'collect' | 'file' | 'dispatch' | 'handle' | 'feedback' | 'verify' | 'rate'

export interface Page<T> {
  items: T[]
  next: string | null
}
export interface Point {
  lon: number
  lat: number
}
export interface ProblemBody {
  type?: string
  title: string
  status: number
  code: string
  detail: string
  field?: string | null
  value?: unknown
  remedy?: string | null
  errors?: { field: string; detail: string }[]
}

// security
export interface Post {
  id?: number
  org: string
  org_name: string
  role: string
  role_title: string
  region: string | null
  region_name: string | null
}
export interface Site {
  code: string
  title: string
  title_en?: string
  county: string
  center: Point
  bbox: [number, number, number, number]
  brand?: string | null
}
export interface Me {
  id: number
  name: string
  login: string
  kind: string
  csrf: string
  lang: Lang
  operations: string[]
  duty: string | null
  posts: Post[]
  must_change?: boolean
  now: string
  site: Site
}
export interface OpenSite extends Site {
  demo?: { login: string; title: string }[]
  oidc?: boolean
  now?: string
}
export interface Oidc {
  enabled: boolean
  start?: string | null
  title?: string | null
}
export interface Person {
  id: number
  login: string
  name: string
  kind?: string
  phone?: string | null
  active: boolean
  locked_until?: string | null
  duty?: string | null
  posts: Post[]
  last_sign_in?: string | null
}
export interface Org {
  code: string
  path: string
  name: string
  short?: string | null
  kind: string
  region_code?: string | null
  functions?: string[]
  active?: boolean
}
export interface Role {
  id: string
  title: string
  duty?: string | null
  operations: string[]
  builtin?: boolean
}
export interface OperationOut {
  id: string
  title: string
}
export interface ImportFault {
  sheet: string
  row: number
  column: string
  value: unknown
  detail: string
  remedy: string
}
export interface ImportReport {
  rows: number
  faults: ImportFault[]
  planned: { orgs: number; people: number; posts: number }
}
export interface SessionOut {
  id: string
  created_at: string
  seen_at?: string | null
  remote?: string | null
  agent?: string | null
  current?: boolean
}
export interface LedgerEntry {
  id: number
  at: string
  actor_id: number | null
  actor: string
  action: string
  subject: string
  outcome: string
  remote?: string | null
  detail?: Record<string, unknown> | null
  hash?: string
}
export interface LedgerState {
  entries: number
  sealed: number
  head: string | null
  verified_at: string | null
  verified_ok?: boolean | null
}

// places and maps
export interface Region {
  code: string
  name: string
  level: number
  parent: string | null
  path?: string
  center?: Point | null
  schematic?: boolean
  children?: number
}
export interface Located {
  region?: string | null
  town?: string | null
  village?: string | null
  grid?: string | null
  names?: string | string[] | null
  lon?: number
  lat?: number
  address?: string | null
  how?: string | null
}
export interface PlaceHit {
  title: string
  kind?: string
  lon: number
  lat: number
  region?: string | null
  text?: string | null
}
export interface Layer {
  id: string
  title: string
  group: string
  owner: string
  kind: 'regions' | 'cases' | 'resource'
  url: string
  geometry: string
  style?: Record<string, unknown> | null
  updated_at: string | null
  schematic?: boolean
}

// forms
export type FieldType =
  | 'text'
  | 'textarea'
  | 'select'
  | 'multiselect'
  | 'org'
  | 'orgs'
  | 'region'
  | 'class'
  | 'person'
  | 'integer'
  | 'number'
  | 'date'
  | 'datetime'
  | 'photos'
  | 'rating'
  | 'boolean'
  | 'case'
  | 'password'
  | 'place'
export interface Option {
  value: string | number | boolean
  title: string
}
export interface Field {
  name: string
  title: string
  type: FieldType
  required?: boolean
  options?: Option[]
  default?: unknown
  help?: string | null
  pattern?: string | null
  unit?: string | null
  grade?: number | null
}
export interface Move {
  id: string
  title: string
  tone: 'primary' | 'default' | 'danger'
  confirm?: string | null
  fields: Field[]
}

// cases
export interface CaseRow {
  id: number
  number: string
  title: string
  class_title: string | null
  state: string
  state_title: string
  stage: StageId
  stage_title: string
  channel: Channel
  urgency: Urgency
  town_name: string | null
  grid: string | null
  address: string | null
  lead_name: string | null
  holder_name: string | null
  opened_at: string
  due_at: string | null
  color: ClockColor | null
  overdue: boolean
  lon: number | null
  lat: number | null
  thumb: string | null
  version: number
  merged_count: number
}
export interface CaseTask {
  id: number
  kind: string
  title: string
  holder: string
  holder_name: string
  lead: boolean
  opened_at: string
  due_at: string | null
  done_at: string | null
  verdict: string | null
  color: ClockColor | null
}
export interface Attachment {
  hash: string
  kind: 'report' | 'before' | 'after' | 'evidence'
  name: string | null
  media_type: string
  taken_at: string | null
  lon: number | null
  lat: number | null
  url: string
  thumb: string | null
}
export interface TimelineEntry {
  seq: number
  at: string
  actor: string
  org: string | null
  move: string
  title: string
  from: string | null
  to: string | null
  reason: string | null
  authority: string | null
  text?: string | null
  data: Record<string, unknown> | null
}
export interface ClockEntry {
  clock: string
  kind: string
  at: string
  minutes: number | null
  reason: string | null
  by: string | null
  text: string | null
}
export interface CaseRef {
  id: number
  number: string
  title?: string
  state?: string
  state_title?: string
}
export interface Reporter {
  name?: string | null
  phone?: string | null
  anonymous?: boolean
}
export interface CaseOut {
  id: number
  number: string
  type: string
  title: string
  text: string
  channel: Channel
  class: { code: string; title: string } | null
  condition: { id: string; title: string; limit?: string; close_when?: string } | null
  urgency: Urgency
  place: {
    lon: number | null
    lat: number | null
    address: string | null
    region: string | null
    town: string | null
    village: string | null
    grid: string | null
    names: string | string[] | Record<string, string | null> | null
  } | null
  reporter: Reporter | null
  state: string
  state_title: string
  stage: StageId
  stage_title: string
  lead: { org: string; name: string } | null
  orgs: (string | { org: string; name: string })[]
  opened_at: string
  updated_at: string
  closed_at: string | null
  due_at: string | null
  clock: { color: ClockColor | null; remaining_minutes: number | null; paused: boolean; text: string | null } | null
  version: number
  rating: { grade: number; text?: string | null } | number | null
  into: CaseRef | null
  parent: number | null
  merged: CaseRef[]
  children: CaseRef[]
  tasks: CaseTask[]
  attachments: Attachment[]
  timeline: TimelineEntry[]
  clocks: ClockEntry[]
  moves: Move[]
  approvals: { task: number; kind: string; title: string; holder_name: string; asked_at: string; asked: Row }[]
  followed?: boolean
}
export interface CaseType {
  id: string
  title: string
  channels: Channel[]
  classes_root: string | null
  fields: Field[]
}
export interface CaseClass {
  code: string
  title: string
  group: string | null
  parent: string | null
  conditions: { id: string; title: string; limit: string; limit_text?: string; urgent?: boolean; close_when?: string }[]
  lead: string | null
  catalog?: string
}
export interface Column {
  name: string
  title: string
  width?: number
  kind?: string
  hidden?: boolean
}
export interface Filter {
  name: string
  title: string
  type: FieldType
  options?: Option[]
}
export interface CaseScreen {
  columns: Column[]
  filters: Filter[]
  views: { id: string; title: string; query?: Record<string, string> }[]
}
export interface Similar {
  id: number
  number: string
  title: string
  state: string
  state_title?: string
  class_title: string | null
  distance_m: number | null
  similarity: number
  opened_at: string
  thumb: string | null
}
export interface Suggestion {
  classes: { code: string; title: string; score: number; reasons: { word: string; weight: number }[] }[]
  urgency: { value: Urgency; reason: string | null } | null
  lead: { org: string; title: string; reason: string | null } | null
  place: Located | null
  similar: Similar[]
}
export interface CaseCreate {
  type: string
  channel: Channel
  text: string
  title?: string
  class?: string
  condition?: string
  urgency?: Urgency
  lon?: number
  lat?: number
  datum?: string
  address?: string
  region?: string
  reporter?: Reporter
  source_ref?: string
  occurred_at?: string
  attachments?: string[]
  merge_into?: number
}
export interface Upload {
  hash: string
  media_type: string
  width: number | null
  height: number | null
  taken_at: string | null
  lon: number | null
  lat: number | null
  thumb: string | null
}
export interface BoardColumn {
  key: string
  title: string
  open: number
  overdue: number
  items: CaseRow[]
}

// resources
export interface ResourceField {
  name: string
  title: string
  type: string
  required?: boolean
  pattern?: string | null
  options?: Option[] | null
  grade?: number | null
  unit?: string | null
  help?: string | null
}
export interface ResourceSummary {
  id: string
  title: string
  pack: string
  geometry: string | null
  rows: number
}
export interface ResourceOut {
  id: string
  title: string
  key: string[] | string
  fields: ResourceField[]
  geometry?: string | null
  screen: { columns: string[]; filters: string[]; form: { name: string; control: string }[] }
  description?: string
  masked?: string[]
}
export type Row = Record<string, unknown>

// decide
export interface WidgetValue {
  key: string | null
  title: string | null
  day: string | null
  value: number | null
  numerator: number | null
  denominator: number | null
  band: string | null
  href: string | null
}
export interface Widget {
  id: string
  kind: 'number' | 'trend' | 'rank' | 'ring' | 'map' | 'list'
  title: string
  unit: string | null
  by?: string | null
  days?: number | null
  data: WidgetValue | WidgetValue[] | null
  source: { indicator?: string; definition: string; source?: string; sql: string; as_of: string | null } | null
  href: string | null
  w: number
  h: number
}
export interface Board {
  id: string
  title: string
  description?: string | null
  as_of?: string
  widgets: Widget[]
}
export interface TallyRow {
  key: string
  title: string
  reported: number
  filed: number
  open: number
  overdue: number
  closed: number
  ontime: number
  ontime_rate: number | null
  returned: number
  reworked: number
  rated: number
  satisfied: number
  href: string | null
}

// messages and search
export interface Message {
  id: number
  subject: string
  body: string
  urgency?: string
  at: string
  read_at: string | null
  href: string | null
  kind?: string
}
export interface SearchGroup {
  kind: string
  title: string
  items: { title: string; text: string | null; href: string }[]
}

// packs and runtime
export interface Pack {
  id: string
  title: string
  domain: string
  version: string
  state: string
  requires: string[]
  covers: string[]
  installed_at: string | null
  declares: Record<string, string[]>
}
export interface PackChange {
  kind: string
  action: string
  subject: string
  text: string
  refused: boolean
}
export interface PackPlan {
  refused: boolean
  packs: { id: string; action: string; from: string | null; to: string; changes: PackChange[] }[]
}
export interface ClockOut {
  now: string
  rate: number
  real?: boolean
}

// open API (citizens)
export interface ReportCreate {
  text: string
  title?: string
  class?: string
  lon?: number
  lat?: number
  datum?: string
  address?: string
  reporter?: Reporter
  attachments?: string[]
  type?: string
  occurred_at?: string
}
export interface ReportCreated {
  number: string
  code: string
  state: string
  [key: string]: unknown
}
export interface ReportOut {
  number: string
  title: string
  text: string
  state: string
  state_title: string
  stage: StageId
  steps: { stage: StageId; title: string; at: string | null; done: boolean; text: string | null }[]
  opened_at: string
  closed_at: string | null
  due_at: string | null
  address: string | null
  office: string | null
  reply: string | null
  photos: { url: string; thumb: string; kind: string }[]
  can_rate: boolean
  can_reopen: boolean
  rating: { grade: number; text: string | null } | null
}
export interface PublicStats {
  today: number
  open: number
  closed_30d: number
  ontime_rate: number | null
  satisfaction: number | null
  as_of: string
}

// grid workers
export interface GridToday {
  grids: { code: string; name: string }[]
  tasks: { case: CaseRow; kind: string; due_at: string | null; distance?: number | null }[]
  route: Point[] | number[]
  counts: Record<string, number>
}

// live
export interface CaseChanged {
  id: number
  number: string
  state: string
  stage: StageId
  region: string
  orgs: string[]
  version: number
  title: string
  lon: number | null
  lat: number | null
  color: ClockColor | null
  move: string
}

// machine and imports
export interface Jobs {
  jobs: Row[]
  consumers: Row[]
  database_bytes: number
  live_screens: number
}
export interface SheetReport {
  dry_run: boolean
  rows: number
  created: number
  updated: number
  unchanged: number
  faults: { row: number; column: string; value: string | null; detail: string }[]
}
export interface OutlineReport {
  level: number
  features: number
  faults: { field?: string; value?: unknown; detail: string; remedy?: string }[]
  replaced: string[]
  added: string[]
  redrawn: number
  retired: string[]
  applied: boolean
}
