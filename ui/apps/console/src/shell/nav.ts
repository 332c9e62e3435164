/** The places in the left rail; a person sees those the posts allow. */
import { computed } from 'vue'
import { mayAny } from '@chengshu/ui'

export interface Place {
  path: string
  title: readonly [zh: string, en: string]
  icon: string
  needs: readonly string[]
}

// Icons are single strokes on a 24 grid, drawn for this rail.
const PLACES: readonly Place[] = [
  { path: '/desk', title: ['工作台', 'Desk'], icon: 'M4 5h16v11H4zM9 20h6M12 16v4M8 9h5M8 12h8', needs: ['cases.read'] },
  { path: '/cases', title: ['事件', 'Cases'], icon: 'M5 4h14v16H5zM9 4v3h6V4M8.5 11h7M8.5 15h5', needs: ['cases.read'] },
  { path: '/map', title: ['一张图', 'Map'], icon: 'M9 4 3.5 6.5v13L9 17l6 3 5.5-2.5v-13L15 7zM9 4v13M15 7v13', needs: ['cases.read', 'maps.*', 'places.*'] },
  { path: '/cockpit', title: ['驾驶舱', 'Cockpit'], icon: 'M4 17a8 8 0 1 1 16 0M12 17l4-5M4 20h16', needs: ['boards.*', 'indicators.*'] },
  { path: '/data', title: ['数据', 'Data'], icon: 'M4 7c0-1.7 3.6-3 8-3s8 1.3 8 3-3.6 3-8 3-8-1.3-8-3zM4 7v10c0 1.7 3.6 3 8 3s8-1.3 8-3V7M4 12c0 1.7 3.6 3 8 3s8-1.3 8-3', needs: ['resources.*'] },
  { path: '/grid', title: ['网格通', 'Grid'], icon: 'M8 3h8v18H8zM11 18h2', needs: ['gridwork.*'] },
  {
    path: '/admin',
    title: ['管理', 'Admin'],
    icon: 'M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.2 2.2M16.2 16.2l2.2 2.2M18.4 5.6l-2.2 2.2M7.8 16.2l-2.2 2.2',
    needs: ['security.*', 'ledger.*', 'packs.*', 'runtime.*', 'places.*', 'packkit.*'],
  },
]

export const visiblePlaces = computed(() => PLACES.filter((place) => !place.needs.length || mayAny(place.needs)))

/** Where a person starts: the first place the posts open. */
export const home = computed(() => visiblePlaces.value[0]?.path ?? '/admin/sessions')
