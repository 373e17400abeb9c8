// The notes: leave in one act, take the place from the telephone, keep working where there is no network. Without it everything works but that.
const texts = ['en', 'km', 'ko'] as const;
const names = { en: 'English', km: 'ខ្មែរ', ko: '한국어' };
const empty = `<!DOCTYPE html>${document.documentElement.outerHTML}`; // as it came, before anything was written
const form = document.querySelector('form') as HTMLFormElement;
const exit = document.getElementById('exit') as HTMLAnchorElement;
const out = document.getElementById('out') as HTMLElement;

function said(key: string): string {
  return document.querySelector(`#said .${key}`)?.textContent ?? '';
}

function leave(event?: Event): void {
  event?.preventDefault();
  form.reset();
  // In place of this page: the way back does not lead here.
  location.replace(exit.href);
}
exit.addEventListener('click', leave);
addEventListener('keydown', (event) => {
  if (event.key === 'Escape') leave(event);
});
// A page that was left comes back without what stood in it.
addEventListener('pageshow', (event) => {
  if (event.persisted) location.replace(exit.href);
});

const locate = document.getElementById('locate') as HTMLButtonElement;
if (navigator.geolocation) {
  locate.hidden = false;
  locate.addEventListener('click', () => {
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      (form.elements.namedItem('latitude') as HTMLInputElement).value = coords.latitude.toFixed(6);
      (form.elements.namedItem('longitude') as HTMLInputElement).value = coords.longitude.toFixed(6);
    }, () => {
      (document.getElementById('locate-failed') as HTMLElement).hidden = false;
    }, { enableHighAccuracy: true, timeout: 20000 });
  });
}

/** The message in one language, as the server makes it (page_note.c): the words stand with the fields. */
function message(language: (typeof texts)[number]): string {
  const lines: string[] = [];
  const chosen = form.querySelector<HTMLInputElement>('[name=relation]:checked');
  lines.push(chosen?.dataset[language] ?? '', '');
  form.querySelectorAll<HTMLInputElement>('#group-0 input, #group-1 input, #group-2 input').forEach((input) => {
    if (input.value.trim()) lines.push(`${input.dataset[language]}: ${input.value.trim()}`);
  });
  const has = [...form.querySelectorAll<HTMLInputElement>('[name=attached]:checked')].map((input) => input.dataset[language]);
  if (has.length) lines.push(`${(document.getElementById('attached') as HTMLElement).dataset[language]}: ${has.join(', ')}`);
  const reach = [...form.querySelectorAll<HTMLInputElement>('#group-3 input')].map((input) => input.value.trim());
  if (reach[1]) lines.push(`${(document.getElementById('group-3') as HTMLElement).dataset[language]}: ${reach.filter(Boolean).join(' ')}`);
  return lines.join('\n');
}

function copyButton(area: HTMLTextAreaElement): void {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'second';
  button.textContent = said('note-copy');
  button.addEventListener('click', async () => {
    area.select();
    try {
      await navigator.clipboard.writeText(area.value);
    } catch {
      document.execCommand('copy');
    }
    button.textContent = said('note-copied');
  });
  area.after(button);
}
document.querySelectorAll<HTMLTextAreaElement>('textarea.message').forEach(copyButton);

function showHere(): void {
  out.replaceChildren();
  const notice = document.createElement('p');
  notice.className = 'notice';
  notice.setAttribute('role', 'alert');
  notice.textContent = said('note-unsent');
  out.append(notice);
  for (const language of texts) {
    const area = document.createElement('textarea');
    area.className = 'message';
    area.lang = language;
    area.readOnly = true;
    area.rows = 9;
    area.value = message(language);
    area.setAttribute('aria-label', `${said('note-message')}, ${names[language]}`);
    out.append(area);
    copyButton(area);
  }
  out.scrollIntoView();
}

form.addEventListener('submit', async (event) => {
  const act = (event.submitter as HTMLButtonElement | null)?.value ?? 'send';
  event.preventDefault();
  const body = new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, String(value)]));
  body.set('act', act);
  try {
    const answer = await fetch(form.action, { method: 'POST', body });
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const result = page.querySelector('.result');
    if (!result && !page.querySelector('.notice')) throw new Error('another page');
    out.replaceChildren(...[page.querySelector('.done'), page.querySelector('.notice'), result].filter((part) => part !== null));
    out.querySelectorAll<HTMLTextAreaElement>('textarea.message').forEach(copyButton);
    out.scrollIntoView();
  } catch {
    showHere();
  }
});

if ('serviceWorker' in navigator) {
  navigator.serviceWorker.register('/n.js', { scope: location.pathname }).then(async () => {
    const files = [...document.querySelectorAll<HTMLLinkElement>('link[rel=stylesheet], link[rel=icon]')].map((link) => link.href);
    const scripts = [...document.querySelectorAll<HTMLScriptElement>('script[src]')].map((script) => script.src);
    const keep = await caches.open('notes');
    await keep.put(location.pathname, new Response(empty, { headers: { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy':
      "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'" } }));
    await keep.addAll([exit.href, ...files, ...scripts]);
  }).catch(() => undefined);
}
