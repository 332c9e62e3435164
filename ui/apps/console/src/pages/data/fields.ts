/** From a declared resource to columns, form fields and filters. */
import type { Column, Field, FieldType, ResourceField, ResourceOut, Row } from '@chengshu/api'

const CONTROLS: Record<string, FieldType> = {
  choice: 'select',
  select: 'select',
  integer: 'integer',
  decimal: 'number',
  number: 'number',
  boolean: 'boolean',
  date: 'date',
  datetime: 'datetime',
}
const WIDTHS: Record<string, number> = { boolean: 80, integer: 100, decimal: 110, date: 120, datetime: 170, choice: 120, phone: 130 }

const byName = (resource: ResourceOut): Map<string, ResourceField> => new Map(resource.fields.map((one) => [one.name, one]))

export function columnsOf(resource: ResourceOut): Column[] {
  const known = byName(resource)
  return resource.screen.columns.flatMap((name) => {
    const field = known.get(name)
    if (!field) return []
    const width = WIDTHS[field.type]
    const title = field.unit ? `${field.title}（${field.unit}）` : field.title
    return [width === undefined ? { name, title } : { name, title, width }]
  })
}

export function keysOf(resource: ResourceOut): string[] {
  return typeof resource.key === 'string' ? [resource.key] : resource.key
}

/** Form fields; the key of a stored row cannot change, and masked values are not sent back. */
export function formOf(resource: ResourceOut, stored: boolean, placeTitle = ''): Field[] {
  const known = byName(resource)
  const fixed = new Set(stored ? [...keysOf(resource), ...(resource.masked ?? [])] : [])
  return resource.screen.form.flatMap(({ name, control }) => {
    const field = known.get(name)
    if (control === 'place') return [{ name, title: placeTitle, type: 'place' }]
    if (!field || fixed.has(name)) return []
    const made: Field = { name, title: field.title, type: CONTROLS[control] ?? CONTROLS[field.type] ?? 'text', required: field.required ?? false }
    if (field.options?.length) made.options = field.options
    if (field.pattern) made.pattern = field.pattern
    if (field.unit) made.unit = field.unit
    if (field.help) made.help = field.help
    return [made]
  })
}

export function showValue(field: ResourceField | undefined, value: unknown, yes: string, no: string): string {
  if (value === null || value === undefined || value === '') return '—'
  if (typeof value === 'boolean') return value ? yes : no
  const option = field?.options?.find((one) => String(one.value) === String(value))
  if (option) return option.title
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** Filters become one SQL expression of the resource's own language. */
export function filterOf(values: Record<string, string | boolean | undefined>): string | undefined {
  const parts = Object.entries(values).flatMap(([name, value]) => {
    if (value === undefined || value === '') return []
    if (typeof value === 'boolean') return [value ? name : `not ${name}`]
    return [`${name} = '${value.replaceAll("'", "''")}'`]
  })
  return parts.length ? parts.join(' and ') : undefined
}

export const keyOf = (row: Row): string => String(row._key)
