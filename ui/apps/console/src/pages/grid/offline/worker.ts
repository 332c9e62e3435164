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

/** `serviceWorker.ready` never comes for somebody who arrived through the sign-in page: that address lies outside the scope. */
function active(registration: ServiceWorkerRegistration): Promise<ServiceWorker> {
  const coming = registration.installing ?? registration.waiting
  if (!coming) return registration.active ? Promise.resolve(registration.active) : Promise.reject(new Error('no worker'))
  return new Promise((done, fail) => {
    coming.addEventListener('statechange', () => {
      if (coming.state === 'activated') done(coming)
      if (coming.state === 'redundant') fail(new Error('refused'))
    })
  })
}

/** True once the pages can open without a network; development has nothing to keep. */
export async function prepareOffline(): Promise<boolean> {
  if (!('serviceWorker' in navigator) || import.meta.env.DEV) return false
  try {
    await loadAllPages()
    const registration = await navigator.serviceWorker.register(SCRIPT, { scope: SCOPE })
    const worker = await active(registration)
    worker.postMessage({ kind: 'keep', files: loadedFiles() })
    return true
  } catch {
    // Plain http on another host has no service workers: the queue still works, only a cold start needs the network.
    return false
  }
}
