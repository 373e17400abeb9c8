// What stands in the QR codes of a picture: shown as text, and put into the form's field where it can be checked. Nothing is opened, nothing is
// sent, the form is not sent either. Fetched by code-offer.ts when somebody presses the button.
import { schemeOf, type SchemeKind } from '../ident/scheme';
import type { CodeAnswer } from './code-worker';

type Kind = SchemeKind | 'url' | 'payment' | 'text';

const offer = document.getElementById('code') as HTMLElement;
const words = (document.getElementById('code-words') as HTMLTemplateElement).content;
const picture = offer.querySelector('input') as HTMLInputElement;
const place = document.getElementById('code-read') as HTMLElement;
const field = document.getElementById(offer.dataset.into ?? '') as HTMLTextAreaElement;
const waitMs = 15_000;
const checked: Kind[] = ['url', 'payment', 'phone', 'wallet', 'text'];
let worker: Worker | null = null;

function word(name: string): HTMLElement {
  return words.querySelector(`[data-word="${name}"]`)?.cloneNode(true) as HTMLElement;
}

function kindOf(text: string): Kind {
  if (/^000201/.test(text)) return 'payment';
  const scheme = schemeOf(text);
  if (scheme) return scheme.kind;
  // A messenger's own links stand for accounts (data/ident/links.tsv), others ask an app to act.
  if (/^(?:https?|ftp|wss?|tg|whatsapp):/i.test(text)) return /^tg:\/\/login/i.test(text) ? 'secret' : 'url';
  return /^[a-z][a-z0-9+-]*:\/\//i.test(text) ? 'app' : 'text';
}

/** As it stands in the code; what cannot be seen, or would turn the rest round, is seen. */
function shownOf(text: string, kind: Kind): HTMLElement {
  const shown = document.createElement('b');

  shown.dir = 'ltr';
  shown.className = 'words';
  shown.textContent = kind === 'secret' ? '••••••' : text.replace(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd');
  return shown;
}

function show(...parts: Node[]): void {
  place.replaceChildren(...parts);
}

function say(name: string): void {
  show(word(name));
}

function put(text: string): void {
  const kind = kindOf(text);
  const line = document.createElement('p');
  const good = checked.includes(kind);

  line.className = 'asked';
  line.append(word(`code-${kind}`), ' ', shownOf(text, kind));
  show(line, word(good ? 'code-put' : `code-not-${kind}`));
  if (!good) {
    place.focus();
    return;
  }
  field.value = 'add' in offer.dataset && field.value.trim() ? `${field.value.trimEnd()}\n${text.replace(/\s*\n\s*/g, ' ')}` : text;
  // What was chosen before was for something else.
  for (const [name, value] of [['kind', 'any'], ['of', '']] as const) {
    const other = field.form?.elements.namedItem(name);
    if (other instanceof HTMLSelectElement || other instanceof HTMLInputElement) other.value = value;
  }
  const act = field.form?.querySelector<HTMLElement>('.act button');
  if (act && !('add' in offer.dataset)) act.focus();
  else field.focus();
}

function choose(texts: string[]): void {
  const list = document.createElement('ul');
  const head = word('code-several');

  head.textContent = (head.textContent ?? '').replace('%s', `${texts.length}`);
  list.className = 'answers';
  for (const text of texts) {
    const item = document.createElement('li');
    const button = document.createElement('button');
    const kind = kindOf(text);
    const around = document.createElement('span');
    button.type = 'button';
    button.className = 'answer';
    around.append(word(`code-${kind}`), ' ', shownOf(text, kind));
    button.append(around);
    button.addEventListener('click', () => { put(text); });
    item.append(button);
    list.append(item);
  }
  show(head, list);
  place.focus();
}

function told(answer: CodeAnswer): void {
  const [text, ...more] = 'texts' in answer ? answer.texts : [];

  if ('fault' in answer) say(`code-${answer.fault}`);
  else if (text === undefined) say('code-none');
  else if (more.length) choose(answer.texts);
  else put(text);
}

function read(file: File): void {
  const here = new Worker(offer.dataset.worker ?? '');
  const end = (answer?: CodeAnswer): void => {
    clearTimeout(timer);
    here.terminate();
    if (worker !== here) return;
    worker = null;
    if (answer) told(answer);
    else say('code-failed');
  };
  // Whatever it is: after this long there is none in it for us.
  const timer = setTimeout(() => { end({ texts: [] }); }, waitMs);

  worker?.terminate();
  worker = here;
  say('code-work');
  here.onmessage = ({ data }: MessageEvent<CodeAnswer>) => { end(data); };
  here.onerror = () => { end(); };
  here.postMessage(file);
}

function take(): void {
  const file = picture.files?.[0];

  // The same picture again is a change too.
  if (file) {
    read(file);
    picture.value = '';
  }
}

picture.addEventListener('change', take);
take();
