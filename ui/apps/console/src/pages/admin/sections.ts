/** Sections of administration by the three separate duties; a person sees those the posts allow. */
import { computed } from 'vue'
import { mayAny } from '@chengshu/ui'

export interface Section {
  path: string
  title: readonly [zh: string, en: string]
  duty: 'system' | 'security' | 'audit' | 'own'
  needs: readonly string[]
}

export const SECTIONS: readonly Section[] = [
  { path: '/admin/people', title: ['人员', 'People'], duty: 'system', needs: ['security.read_people', 'security.manage_people'] },
  { path: '/admin/orgs', title: ['机构', 'Offices'], duty: 'system', needs: ['security.manage_orgs', 'security.read_people'] },
  { path: '/admin/regions', title: ['区划', 'Regions'], duty: 'system', needs: ['places.import', 'security.manage_orgs', 'security.read_people'] },
  { path: '/admin/packs', title: ['应用包', 'Packs'], duty: 'system', needs: ['packs.read', 'packs.install'] },
  { path: '/admin/machine', title: ['运行状态', 'Machine'], duty: 'system', needs: ['runtime.see_machine'] },
  { path: '/admin/clock', title: ['城市时钟', 'City clock'], duty: 'system', needs: ['runtime.set_clock'] },
  { path: '/admin/roles', title: ['角色与授权', 'Roles'], duty: 'security', needs: ['security.grant'] },
  { path: '/admin/import', title: ['批量导入', 'Import'], duty: 'security', needs: ['security.grant'] },
  { path: '/admin/policy', title: ['登录策略', 'Sign-in policy'], duty: 'system', needs: ['security.configure'] },
  { path: '/admin/audit', title: ['审计台账', 'Audit ledger'], duty: 'audit', needs: ['ledger.*'] },
  { path: '/admin/sessions', title: ['我的会话', 'My sessions'], duty: 'own', needs: [] },
]

export const DUTIES = ['system', 'security', 'audit', 'own'] as const
export const visibleSections = computed(() => SECTIONS.filter((one) => !one.needs.length || mayAny(one.needs)))

/** A person of one duty starts with what that duty is for. */
export function startOf(duty: string | null): string {
  const own = visibleSections.value.find((one) => one.duty === duty && one.needs.length > 0)
  return (own ?? visibleSections.value[0])?.path ?? '/admin/sessions'
}
