/** Lets the grid pages start without a network. It never sends anything: sending is the queue's work. */
const FILES = 'grid-files-1'
const ANSWERS = 'grid-answers-1'
const SHELL = '/grid'
const KEEP_ANSWERS = [
  /^\/api\/security\/me$/,
  /^\/api\/clock$/,
  /^\/api\/gridwork\/today$/,
  /^\/api\/cases\/(classes|types|screen)$/,
  /^\/api\/cases\/\d+$/,
  /^\/api\/blobs\/[0-9a-f]+$/,
  /^\/api\/places\/regions(\.geojson)?$/,
]
const MOST_ANSWERS = 400

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(FILES).then((cache) => cache.add(new Request(SHELL, { cache: 'reload' }))).then(() => self.skipWaiting()))
})

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((n) => n.startsWith('grid-') && n !== FILES && n !== ANSWERS).map((n) => caches.delete(n))))
      .then(() => self.clients.claim()),
  )
})

self.addEventListener('message', (event) => {
  if (event.data?.kind === 'keep') event.waitUntil(Promise.all([keepFiles(event.data.files), keepPerson()]))
})

async function keepFiles(files) {
  const cache = await caches.open(FILES)
  const wanted = new Set(files)
  for (const kept of await cache.keys()) {
    const path = new URL(kept.url).pathname
    // Files of an older build are never asked for again.
    if (path !== SHELL && !wanted.has(path)) await cache.delete(kept)
    wanted.delete(path)
  }
  await Promise.all([...wanted].map((path) => cache.add(path).catch(() => undefined)))
}

/** Without knowing who this is, no page can be drawn; the page asked for it before this worker was listening. */
async function keepPerson() {
  const asked = ['/api/security/me', '/api/clock', '/api/gridwork/today'].map((path) => answer(new Request(path)))
  await Promise.allSettled(asked)
}

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (url.origin !== location.origin) return
  if (request.method === 'DELETE' && url.pathname.startsWith('/api/security/sessions')) {
    // Signed out: what was read for that person must not stay on a shared phone.
    event.waitUntil(caches.delete(ANSWERS))
    return
  }
  if (request.method !== 'GET') return
  if (request.mode === 'navigate') event.respondWith(shell(request))
  else if (url.pathname.startsWith('/assets/')) event.respondWith(file(request))
  else if (KEEP_ANSWERS.some((shape) => shape.test(url.pathname))) event.respondWith(answer(request))
})

async function shell(request) {
  try {
    const fresh = await fetch(request)
    if (fresh.ok && !fresh.redirected) await (await caches.open(FILES)).put(SHELL, fresh.clone())
    return fresh
  } catch (fault) {
    const kept = await caches.match(SHELL)
    if (kept) return kept
    throw fault
  }
}

/** Built files carry a hash in their name, so what is kept is always right. */
async function file(request) {
  const kept = await caches.match(request)
  if (kept) return kept
  const fresh = await fetch(request)
  if (fresh.ok) await (await caches.open(FILES)).put(request, fresh.clone())
  return fresh
}

async function answer(request) {
  const cache = await caches.open(ANSWERS)
  try {
    const fresh = await fetch(request)
    if (fresh.ok) {
      await cache.put(request, fresh.clone())
      await trim(cache)
    } else if (fresh.status === 401 && new URL(request.url).pathname === '/api/security/me') {
      // The session has ended: what was read for that person goes with it.
      await caches.delete(ANSWERS)
    }
    return fresh
  } catch (fault) {
    const kept = await cache.match(request, { ignoreVary: true })
    if (kept) return kept
    throw fault
  }
}

async function trim(cache) {
  const kept = await cache.keys()
  await Promise.all(kept.slice(0, Math.max(0, kept.length - MOST_ANSWERS)).map((old) => cache.delete(old)))
}
