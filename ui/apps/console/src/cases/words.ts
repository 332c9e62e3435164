/** Words that several case screens share. */
import { words } from '@chengshu/ui'

export const channelWord = words({
  grid: ['网格上报', 'Grid worker'],
  citizen: ['公众上报', 'Citizen'],
  hotline: ['12345 热线', 'Hotline'],
  staff: ['部门上报', 'Staff'],
  api: ['系统推送', 'Other system'],
  device: ['设备告警', 'Device'],
})
export const urgencyWord = words({
  normal: ['一般', 'Normal'],
  urgent: ['紧急', 'Urgent'],
  critical: ['特急', 'Critical'],
})
export const stageWord = words({
  collect: ['信息采集', 'Report'],
  file: ['案件建立', 'Filing'],
  dispatch: ['任务派遣', 'Dispatch'],
  handle: ['任务处理', 'Handling'],
  feedback: ['处理反馈', 'Feedback'],
  verify: ['核查结案', 'Verification'],
  rate: ['综合评价', 'Evaluation'],
})
export const STAGES = ['collect', 'file', 'dispatch', 'handle', 'feedback', 'verify', 'rate'] as const
export const gradeWord = words({
  1: ['非常满意', 'Very satisfied'],
  2: ['满意', 'Satisfied'],
  3: ['基本满意', 'Fairly satisfied'],
  4: ['不满意', 'Not satisfied'],
  5: ['非常不满意', 'Very unsatisfied'],
})
