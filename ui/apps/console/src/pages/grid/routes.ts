/** The grid worker's pages: a phone in the hand, a weak network. */
import type { RouteRecordRaw } from 'vue-router'

export const gridRoutes: RouteRecordRaw[] = [
  {
    path: '/grid',
    component: () => import('./GridShell.vue'),
    meta: { bare: true, title: ['网格通', 'Grid'] },
    children: [
      { path: '', component: () => import('./TodayPage.vue'), meta: { bare: true, title: ['今日任务', 'Today'] } },
      { path: 'report', component: () => import('./ReportPage.vue'), meta: { bare: true, title: ['上报', 'Report'] } },
      { path: 'map', component: () => import('./GridMapPage.vue'), meta: { bare: true, title: ['我的网格', 'My grid'] } },
      { path: 'queue', component: () => import('./QueuePage.vue'), meta: { bare: true, title: ['待传', 'To send'] } },
      { path: 'case/:id(\\d+)', component: () => import('./CasePage.vue'), meta: { bare: true, title: ['案件', 'Case'] } },
    ],
  },
]
