// Checking in private: what was typed becomes one blinded point here, and only that leaves the telephone. The words stand in the page,
// in its language (page_check.c); without this script, or where anything of it fails, the plain form is as it was.
import { askedRead, type Asked, type Kind } from '../ident/asked';
import { checkUnpack, noteRead, type Check } from './bulletin';
import { answer, ask, type Question } from './oprf';
import './code-offer';
import { packHas, packTakes } from './pack';
import { canTake, drop, take, taken, type Taken } from './taken';
import { fetchWorking } from './work';

const DAY_MS = 86_400_000;

const form = document.getElementById('ask') as HTMLFormElement;
const words = (document.getElementById('words') as HTMLTemplateElement).content;
const place = document.getElementById('answer') as HTMLElement;
const key = form.dataset.key ?? '';
let keys: Uint8Array[] = [];
let list: Taken | null = null;

function value(name: string): string {
  return (form.elements.namedItem(name) as HTMLInputElement).value;
}

function word(name: string): HTMLElement {
  return words.querySelector(`[data-word="${name}"]`)?.cloneNode(true) as HTMLElement;
}

function fill(element: HTMLElement, text: string): HTMLElement {
  element.textContent = (element.textContent ?? '').replace('%s', text);
  return element;
}

/** "form-month" and "form-day" as the server fills them in (put.c). */
function dated(form: string, year: number, month: number, day = 0): string {
  return (word(form).textContent ?? '').replace('{y}', `${year}`).replace('{m}', word(`month-${month}`).textContent ?? '').replace('{d}', `${day}`);
}

/** "Confirmed November 2026 · Cambodia" */
function since(check: Check): HTMLElement {
  const line = fill(word(check.verdict === 'reported' ? `band-${check.from}` : `since-${check.verdict}`), dated('form-month', check.year, check.month));
  const option = [...(form.elements.namedItem('country') as HTMLSelectElement).options].find((one) => one.value === check.country);
  if (check.country) line.append(` · ${option?.textContent ?? check.country.toUpperCase()}`);
  return line;
}

/** In the time of the telephone. */
function moment(time: number): string {
  const at = new Date(time);
  const two = (n: number): string => `${n}`.padStart(2, '0');
  return `${dated('form-day', at.getFullYear(), at.getMonth() + 1, at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

function asOf(time: number): HTMLElement {
  return fill(word('check-late'), moment(time));
}

/** `none` is not said by a list that is too old for it. `why` stands in place of what to do about any of the kind. */
function show(verdict: string, what?: Asked, check?: Check, date?: HTMLElement, why?: HTMLElement): void {
  const section = word(`verdict-${verdict}`);
  const parts: Node[] = [section];
  if (check) section.querySelector('h1')?.after(since(check));
  if (why) section.querySelector('.what')?.replaceWith(why);
  if (date) section.append(date);
  if (what) {
    const line = word(what.kind === 'url' ? 'check-host' : 'check-got');
    const shown = document.createElement('b');
    shown.dir = 'ltr';
    shown.textContent = what.shown;
    line.append(' ', shown);
    parts.push(line, ...what.warnings.map((warning) => word(`warning-${warning}`)));
  }
  document.getElementById('shown')?.remove();
  const shown = document.createElement('div');
  shown.id = 'shown';
  // Without a network there is nowhere to go from here.
  if (!['seems', 'unlisted', 'offline'].includes(verdict)) parts.push(word(check && check.verdict !== 'official' ? 'next-bad' : 'next'));
  shown.append(...parts);
  place.prepend(shown);
  section.tabIndex = -1;
  section.focus();
  scrollTo({ top: 0 });
}

/** Without a network: what was taken along tells no more than that it is worth asking again. */
function lookHere(what: Asked): void {
  if (!list || !packTakes(what.x)) {
    show('offline', what);
    return;
  }
  const age = Date.now() - list.time;
  const old = age > 3 * DAY_MS;
  const date = old ? fill(word('age-old'), moment(list.time)) : age > DAY_MS ? fill(word('age-amber'), moment(list.time)) : asOf(list.time);
  show(packHas(list.pack, what.x) ? 'seems' : old ? 'withheld' : 'unlisted', what, undefined, date);
}

function working(): void {
  const line = word('check-work');
  line.id = 'shown';
  line.setAttribute('role', 'status');
  document.getElementById('shown')?.remove();
  place.prepend(line);
}

function send(question: Question, wait: () => void): Promise<Response> {
  return fetchWorking('/check', { method: 'POST', body: question.body.slice().buffer as ArrayBuffer, credentials: 'omit', cache: 'no-store' }, wait);
}

/** What is drawn alike, or of the same key, stands in another bucket: asked only by an act of its own, which says what that gives away. */
function offerSimilar(what: Asked): void {
  const offer = document.createElement('div');
  const act = word('similar-act') as HTMLButtonElement;
  const found = async (): Promise<HTMLElement> => {
    const question = ask(what.similar);
    const reply = await send(question, () => undefined);
    if (!reply.ok) throw new Error(`${reply.status}`);
    return word(answer(question, new Uint8Array(await reply.arrayBuffer()), keys).payload ? `similar-${what.kind}` : 'similar-none');
  };
  offer.id = 'alike';
  offer.className = 'panel';
  offer.setAttribute('role', 'status');
  offer.append(word('similar-cost'), act);
  act.addEventListener('click', () => {
    act.disabled = true;
    found().then((said) => {
      offer.className = '';
      offer.replaceChildren(said);
    }, () => { act.disabled = false; });
  });
  document.querySelector('#shown .acts-next')?.before(offer);
}

async function look(what: Asked): Promise<void> {
  const question = ask(what.x);
  const reply = await send(question, working).catch(() => null);
  if (!reply) {
    lookHere(what);
    return;
  }
  if (!reply.ok) throw new Error(`${reply.status}`);
  const found = answer(question, new Uint8Array(await reply.arrayBuffer()), keys);
  if (found.payload) {
    const check = checkUnpack(found.payload);
    show(check.verdict, what, check, asOf(found.time));
  } else if (form.dataset.old) {
    show('withheld', what);
  } else {
    show('none', what, undefined, asOf(found.time));
    if (what.similar) offerSimilar(what);
  }
}

form.addEventListener('submit', (event) => {
  const kind = value('kind');
  const of = value('of').trim();
  // Until the signed keys are there the form says that it is plain, and is.
  if (!keys.length) return;
  event.preventDefault();
  const what = askedRead({ text: value('what'), country: value('country'), ...(kind !== 'any' && { kind: kind as Kind }),
    ...(of && kind !== 'handle' && { bank: of }), ...(of && kind === 'handle' && { service: of }) });
  if ('reason' in what) {
    show('unreadable', undefined, undefined, undefined, what.reason === 'unreadable' ? undefined : word(`why-${what.reason}`));
    (form.querySelector('details') as HTMLDetailsElement).open = true;
    return;
  }
  look(what).catch(() => show('withheld', what));
});

fetch('/bulletin', { credentials: 'omit' }).then(async (note) => {
  keys = noteRead(await note.text(), key).keys;
  const reveals = document.getElementById('reveals') as HTMLElement;
  reveals.classList.add('private');
  reveals.querySelector('span')?.replaceWith(word('check-private'));
}).catch(() => undefined);

// ---- the list that is taken along ----

const offer = document.getElementById('take');
const state = document.getElementById('taken') as HTMLElement;
const [act, remove] = ['take-act', 'take-drop'].map((id) => document.getElementById(id) as HTMLButtonElement);

function offerShow(failed = false): void {
  if (!offer || !act || !remove) return;
  offer.hidden = false;
  act.hidden = list !== null;
  remove.hidden = list === null;
  state.replaceChildren(...(failed ? [word('take-failed')] : list ? [fill(word('taken'), moment(list.time))] : []));
}

async function listTake(): Promise<void> {
  list = await take(key);
  offerShow();
}

if (offer && canTake()) {
  act?.addEventListener('click', () => listTake().catch(() => offerShow(true)));
  remove?.addEventListener('click', () => drop().then(() => {
    list = null;
    offerShow();
    act?.focus();
  }));
  taken(key).then(async (here) => {
    list = here;
    offerShow();
    // What is here already is kept fresh; without a network it stays as it is.
    if (here) await listTake();
  }).catch(() => undefined);
}
