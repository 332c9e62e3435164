/** Every place of the console, each loaded when first visited. */
import { configure } from '@chengshu/api'
import { forget, me, mayAny } from '@chengshu/ui'
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { home } from './shell/nav'
import { gridRoutes } from './pages/grid/routes'
import { adminRoutes } from './pages/admin/routes'

declare module 'vue-router' {
  interface RouteMeta {
    /** Drawn without the shell. */
    bare?: boolean
    /** Reachable without a session. */
    open?: boolean
    /** The person needs one of these operations. */
    needs?: readonly string[]
    title?: readonly [zh: string, en: string]
  }
}

const routes: RouteRecordRaw[] = [
  { path: '/login', component: () => import('./pages/LoginPage.vue'), meta: { bare: true, open: true, title: ['登录', 'Sign in'] } },
  { path: '/desk', component: () => import('./pages/desk/DeskPage.vue'), meta: { needs: ['cases.read'], title: ['工作台', 'Desk'] } },
  { path: '/cases', component: () => import('./pages/cases/CasesPage.vue'), meta: { needs: ['cases.read'], title: ['事件中心', 'Cases'] } },
  { path: '/cases/:id(\\d+)', component: () => import('./pages/cases/CasePage.vue'), meta: { title: ['案件', 'Case'] } },
  { path: '/map', component: () => import('./pages/map/MapPage.vue'), meta: { title: ['一张图', 'Map'] } },
  { path: '/cockpit', component: () => import('./pages/cockpit/CockpitPage.vue'), meta: { bare: true, title: ['城市驾驶舱', 'Cockpit'] } },
  { path: '/messages', component: () => import('./pages/messages/MessagesPage.vue'), meta: { title: ['消息', 'Messages'] } },
  { path: '/data', component: () => import('./pages/data/DataPage.vue'), meta: { title: ['数据', 'Data'] } },
  { path: '/data/:pack/:name', component: () => import('./pages/data/ResourcePage.vue'), meta: { title: ['数据', 'Data'] } },
  ...adminRoutes,
  ...gridRoutes,
  { path: '/:rest(.*)*', component: () => import('./pages/LostPage.vue'), meta: { title: ['没有这个页面', 'No such page'] } },
]

export const router = createRouter({
  history: createWebHistory('/'),
  routes,
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
})

router.beforeEach((to) => {
  if (to.meta.open) return true
  if (!me.value) return { path: '/login', query: to.fullPath === '/desk' ? {} : { to: to.fullPath } }
  if (to.meta.needs && !mayAny(to.meta.needs)) return { path: to.path === home.value ? '/admin/sessions' : home.value }
  return true
})

configure({
  // A session that ended elsewhere leads back to the door, and from there to where the person was.
  onUnauthenticated: () => {
    if (!me.value) return
    const at = router.currentRoute.value.fullPath
    forget()
    void router.push({ path: '/login', query: { to: at } })
  },
})
