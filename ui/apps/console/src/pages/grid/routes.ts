/** Routes of the grid worker's phone pages. */
import type { RouteRecordRaw } from 'vue-router'

export const gridRoutes: RouteRecordRaw[] = []
