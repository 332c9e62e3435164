/** Short spoken feedback: what was done, or what is wrong and the way out. */
import { ElMessage } from 'element-plus/es/components/message/index.mjs'
import 'element-plus/es/components/message/style/css.mjs'
import type { ApiError } from '@chengshu/api'
import { asApiError } from './load'

export function sayDone(text: string): void {
  ElMessage({ message: text, type: 'success', duration: 2200, grouping: true })
}

export function sayFault(fault: unknown): ApiError {
  const error = asApiError(fault)
  const remedy = error.problem.remedy ? ` ${error.problem.remedy}` : ''
  ElMessage({ message: `${error.message}${remedy}`, type: 'error', duration: 6000, showClose: true, grouping: true })
  return error
}
