/** The public pages. */
import { nextTick } from 'vue'
import { createRouter, createWebHistory } from 'vue-router'
import HomePage from './pages/HomePage.vue'
import { county } from './device/site'
import { t, type Key } from './words'

declare module 'vue-router' {
  interface RouteMeta { title?: Key }
}

export const router = createRouter({
  history: createWebHistory('/'),
  routes: [
    { path: '/', component: HomePage },
    { path: '/report', component: () => import('./pages/ReportPage.vue'), meta: { title: 'report.title' } },
    { path: '/progress/:number?', component: () => import('./pages/ProgressPage.vue'), meta: { title: 'progress.title' } },
    { path: '/rate', component: () => import('./pages/RatePage.vue'), meta: { title: 'rate.title' } },
    { path: '/services', component: () => import('./pages/ServicesPage.vue'), meta: { title: 'services.title' } },
    { path: '/:rest(.*)*', component: () => import('./pages/LostPage.vue'), meta: { title: 'app.lost' } },
  ],
  scrollBehavior: (to, from, kept) => kept ?? (to.path === from.path ? undefined : { top: 0 }),
})

export function titleOf(key: Key | undefined): string {
  const place = `${county.value}${t('app.service')}`
  return key ? `${t(key)} · ${place}` : place
}

router.afterEach((to, from) => {
  if (to.path === from.path || from.matched.length === 0) return
  // A reader of the page by ear or keyboard starts again at the top of the new page.
  void nextTick(() => { document.getElementById('main')?.focus({ preventScroll: true }) })
})
