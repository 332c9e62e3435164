/** Registers the service worker that lets the grid pages open without a network, and tells it what to keep. */

const SCRIPT = `${import.meta.env.BASE_URL}grid_sw.js`
const SCOPE = '/grid'

/** Files this page has loaded so far: the shell and every grid page, which are asked for beforehand. */
function loadedFiles(): string[] {
  const own = performance.getEntriesByType('resource').map((entry) => new URL(entry.name))
  const files = own.filter((url) => url.origin === location.origin && url.pathname.startsWith(import.meta.env.BASE_URL))
  return [...new Set(files.map((url) => url.pathname))]
}

async function loadAllPages(): Promise<void> {
  await Promise.all([
    import('../TodayPage.vue'), import('../ReportPage.vue'), import('../QueuePage.vue'), import('../CasePage.vue'),
    import('../GridMapPage.vue'),
  ])
}

/** True once the pages can open without a network; development has nothing to keep. */
export async function prepareOffline(): Promise<boolean> {
  if (!('serviceWorker' in navigator) || import.meta.env.DEV) return false
  try {
    await loadAllPages()
    await navigator.serviceWorker.register(SCRIPT, { scope: SCOPE })
    const ready = await navigator.serviceWorker.ready
    ready.active?.postMessage({ kind: 'keep', files: loadedFiles() })
    return true
  } catch {
    // Plain http on another host has no service workers: the queue still works, only a cold start needs the network.
    return false
  }
}
