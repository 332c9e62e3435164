/** Pure rules of declared forms: first values, what is missing, what is sent. */
import type { Field } from '@chengshu/api'

export type Values = Record<string, unknown>

export function isBlank(value: unknown): boolean {
  if (value === undefined || value === null) return true
  if (typeof value === 'string') return value.trim() === ''
  return Array.isArray(value) && value.length === 0
}

export function initialValues(fields: readonly Field[], given: Values = {}): Values {
  const values: Values = {}
  for (const field of fields) values[field.name] = given[field.name] ?? field.default ?? blankOf(field)
  return values
}

function blankOf(field: Field): unknown {
  if (field.type === 'photos' || field.type === 'multiselect' || field.type === 'orgs') return []
  return field.type === 'boolean' ? false : undefined
}

export interface FaultWords {
  required: string
  pattern: string
}

/** Faults by field name; empty when the form may be sent. */
export function faultsOf(fields: readonly Field[], values: Values, say: FaultWords): Record<string, string> {
  const faults: Record<string, string> = {}
  for (const field of fields) {
    const value = values[field.name]
    if (isBlank(value)) {
      if (field.required) faults[field.name] = say.required
    } else if (field.pattern && typeof value === 'string' && !matches(field.pattern, value)) {
      faults[field.name] = say.pattern
    }
  }
  return faults
}

function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(value)
  } catch {
    // A pattern the browser cannot read is left to the server.
    return true
  }
}

/** What goes over the wire: blanks are left out, texts trimmed. */
export function bodyOf(fields: readonly Field[], values: Values): Values {
  const body: Values = {}
  for (const field of fields) {
    const value = values[field.name]
    if (isBlank(value)) continue
    body[field.name] = typeof value === 'string' ? value.trim() : value
  }
  return body
}
