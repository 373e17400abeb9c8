// Answers for pages that are kept (the notes, the check) where there is no network: from the network first, else what was kept.
const worker = self as unknown as {
  addEventListener(type: 'fetch', hear: (event: Event & { request: Request; respondWith(answer: Promise<Response>): void }) => void): void;
};
worker.addEventListener('fetch', (event) => {
  if (event.request.method !== 'GET' || new URL(event.request.url).origin !== location.origin) return;
  event.respondWith(fetch(event.request).catch(async () => (await caches.match(event.request, { ignoreVary: true })) ?? Response.error()));
});
