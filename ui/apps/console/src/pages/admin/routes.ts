/** Administration, split by the three separate duties. */
import type { RouteRecordRaw } from 'vue-router'
import { me } from '@chengshu/ui'
import { startOf } from './sections'

const title = ['管理', 'Admin'] as const

export const adminRoutes: RouteRecordRaw[] = [
  {
    path: '/admin',
    component: () => import('./AdminPage.vue'),
    meta: { title },
    children: [
      { path: '', redirect: () => startOf(me.value?.duty ?? null) },
      { path: 'people', component: () => import('./PeopleSection.vue'), meta: { title } },
      { path: 'orgs', component: () => import('./OrgsSection.vue'), meta: { title } },
      { path: 'regions', component: () => import('./RegionsSection.vue'), meta: { title } },
      { path: 'packs', component: () => import('./PacksSection.vue'), meta: { title } },
      { path: 'machine', component: () => import('./MachineSection.vue'), meta: { title } },
      { path: 'clock', component: () => import('./ClockSection.vue'), meta: { title } },
      { path: 'roles', component: () => import('./RolesSection.vue'), meta: { title } },
      { path: 'import', component: () => import('./ImportSection.vue'), meta: { title } },
      { path: 'policy', component: () => import('./PolicySection.vue'), meta: { title } },
      { path: 'audit', component: () => import('./AuditSection.vue'), meta: { title } },
      { path: 'sessions', component: () => import('./SessionsSection.vue'), meta: { title } },
    ],
  },
]
