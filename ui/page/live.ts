// Answers while one types. The hub renders them; this only asks, waits, puts in place, and says so.

const quietMs = 180; // after the last key
const slowMs = 400; // before waiting is mentioned
const wholeDate = /^(\d{4}(-\d{2}){0,2}|\d{1,2}[./]\d{1,2}[./]\d{4})?$/;
const retryMs = [1000, 2000, 5000, 10000];

export interface Live {
  /** Asks soon, or at once; a question that is under way is given up. */
  ask(now: boolean): void;
}

/**
 * Watches the form. `answer` is replaced by the hub's own rendering; `status` is a live region that tells what a reader
 * of the screen cannot see. The address follows the form in place, so that it can be shared and going back leaves the
 * page instead of spelling a name backwards.
 */
export function live(form: HTMLFormElement, answer: HTMLElement, status: HTMLElement): Live {
  let timer = 0;
  let slow = 0;
  let attempt = 0;
  let running: AbortController | null = null;
  let shown = query();

  function query(): string {
    const parameters = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === 'string' && value.trim()) parameters.append(name, value);
    }
    return parameters.toString();
  }

  function say(text: string, failed = false): void {
    status.textContent = text;
    status.classList.toggle('failed', failed);
  }

  function announce(): void {
    const heading = answer.querySelector('h2')?.textContent ?? '';
    const first = answer.querySelector('article');
    const who = first?.querySelector('h3')?.textContent ?? '';
    const state = first?.querySelector('.state b')?.textContent ?? '';
    const problem = answer.querySelector('[role=alert] strong')?.textContent ?? '';
    say([problem, heading, who, state].filter((part) => part).join('. '));
    status.classList.add('spoken');
  }

  function fail(): void {
    answer.classList.add('stale');
    status.classList.remove('spoken');
    say(form.dataset.offline ?? '', true);
    timer = window.setTimeout(run, retryMs[Math.min(attempt, retryMs.length - 1)]);
    attempt += 1;
  }

  async function run(): Promise<void> {
    const wanted = query();
    const mine = new AbortController();

    window.clearTimeout(timer);
    running?.abort();
    running = mine;
    window.clearTimeout(slow);
    slow = window.setTimeout(() => {
      status.classList.remove('spoken');
      say(form.dataset.waiting ?? '');
    }, slowMs);
    try {
      const response = await fetch(`/?${wanted}&part=answer`, { signal: mine.signal, headers: { Accept: 'text/html' } });
      if (!response.ok) throw new Error(String(response.status));
      const html = await response.text();
      if (running !== mine) return;
      answer.innerHTML = html;
      answer.classList.remove('stale');
      attempt = 0;
      shown = wanted;
      history.replaceState(null, '', `/?${wanted}`);
      announce();
      for (const link of document.querySelectorAll<HTMLAnchorElement>('a[hreflang]')) {
        const parameters = new URLSearchParams(wanted);
        parameters.set('lang', link.hreflang);
        link.href = `/?${parameters}`;
      }
    } catch {
      if (running === mine && !mine.signal.aborted) fail();
    } finally {
      if (running === mine) {
        window.clearTimeout(slow);
        running = null;
      }
    }
  }

  function ask(now: boolean): void {
    window.clearTimeout(timer);
    running?.abort();
    running = null;
    window.clearTimeout(slow);
    if (!now && query() === shown && !answer.classList.contains('stale')) return;
    timer = window.setTimeout(run, now ? 0 : quietMs);
  }

  form.addEventListener('input', (event) => {
    const field = event.target;
    // Half a syllable of an input method is not yet a name, nor is half a date a date.
    if ((event as InputEvent).isComposing) return;
    if (field instanceof HTMLInputElement && field.name === 'birthDate' && !wholeDate.test(field.value.trim())) {
      window.clearTimeout(timer); // what was about to be asked would now go with half a date
      return;
    }
    ask(false);
  });
  form.addEventListener('change', () => ask(false));
  form.addEventListener('compositionend', () => ask(false));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    ask(true);
  });
  window.addEventListener('online', () => {
    if (answer.classList.contains('stale')) ask(true);
  });
  return { ask };
}
