// The button that reads a QR code from a picture (put_code.c). What does it (code.ts and its worker, 20 KB) is fetched when somebody presses it.
const offer = document.getElementById('code');

/** A browser that can take a picture apart beside the page. */
const able = 'Worker' in globalThis && 'OffscreenCanvas' in globalThis && 'createImageBitmap' in globalThis;

function fetchOnce(at: HTMLElement): void {
  const script = at.dataset.script ?? '';
  const element = document.createElement('script');

  if (document.querySelector(`script[src="${script}"]`)) return;
  element.src = script;
  // Nothing came: the next press fetches it again, and so does another picture.
  element.addEventListener('error', () => {
    element.remove();
    (document.getElementById('code-read') as HTMLElement).textContent = at.dataset.failed ?? '';
  });
  document.head.append(element);
}

if (offer && able && offer.dataset.script) {
  const picture = offer.querySelector('input') as HTMLInputElement;

  offer.hidden = false;
  offer.querySelector('button')?.addEventListener('click', () => {
    fetchOnce(offer);
    picture.click();
  });
  picture.addEventListener('change', () => { fetchOnce(offer); });
}
