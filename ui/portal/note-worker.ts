// Answers for the notes where there is no network: from the network first, else what was kept on the last visit.
const worker = self as unknown as {
  addEventListener(type: 'fetch', hear: (event: Event & { request: Request; respondWith(answer: Promise<Response>): void }) => void): void;
};
worker.addEventListener('fetch', (event) => {
  if (event.request.method !== 'GET' || new URL(event.request.url).origin !== location.origin) return;
  event.respondWith(fetch(event.request).catch(async () => (await (await caches.open('notes')).match(event.request, { ignoreVary: true })) ?? Response.error()));
});
