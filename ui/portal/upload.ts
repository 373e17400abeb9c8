// Files go to the portal part by part while the form is filled in: where the network drops, the part that was under way is sent again and nothing
// else. The form then only names them. Without this script, or where it cannot work, the files go with the form.
import './code-offer';
import { fetchWorking } from './work';

const partSize = 128 * 1024;
const sizeMax = 10 * 1024 * 1024;
const countMax = 10;
const fileInput = document.getElementById('files') as HTMLInputElement;
const list = document.getElementById('files-list') as HTMLElement;
const around = fileInput.form as HTMLFormElement;
const button = around.querySelector('.act button') as HTMLButtonElement;
let running = 0;

function hex(bytes: ArrayBuffer | Uint8Array): string {
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function word(name: string): string {
  return list.dataset[name] ?? '';
}

/** By the first bytes, as the server tells it; what it does not know the server refuses. */
function media(head: Uint8Array): string {
  const at = (place: number, mark: string): boolean => [...mark].every((letter, i) => head[place + i] === letter.charCodeAt(0));
  if (at(0, '\xff\xd8\xff')) return 'image/jpeg';
  if (at(0, '\x89PNG')) return 'image/png';
  if (at(8, 'WEBP')) return 'image/webp';
  if (at(0, '%PDF-')) return 'application/pdf';
  return at(4, 'ftyp') ? 'video/mp4' : 'audio/ogg';
}

async function pause(ms: number): Promise<void> {
  await new Promise<void>((go) => {
    setTimeout(go, ms);
    addEventListener('online', () => { go(); }, { once: true });
  });
}

/** Until it is there. Gives a word that says why not, or ''. */
async function part(upload: string, place: number, bytes: Blob, say: (text: string) => void, gone: () => boolean): Promise<string> {
  for (let wait = 1000; !gone(); wait = Math.min(2 * wait, 15000)) {
    try {
      const { status } = await fetchWorking(`/upload/${upload}/${place}`, { method: 'POST', body: bytes, headers: { 'Content-Type': 'application/octet-stream' } });
      if (status === 201) return '';
      if (status === 415) return 'kind';
      if (status === 413) return 'large';
      if (status === 400) return 'failed';
    } catch {
      // no network
    }
    say(word('wait'));
    await pause(wait);
  }
  return 'failed';
}

async function send(file: File, line: HTMLElement, say: (text: string) => void): Promise<void> {
  const upload = hex(crypto.getRandomValues(new Uint8Array(16)));
  const bytes = await file.arrayBuffer();
  const digest = hex(await crypto.subtle.digest('SHA-256', bytes));

  for (let place = 0; place < bytes.byteLength; place += partSize) {
    const why = await part(upload, place, new Blob([bytes.slice(place, place + partSize)]), say, () => !line.isConnected);
    if (!line.isConnected) return;
    if (why) {
      say(word(why));
      return;
    }
    say(`${Math.round((100 * Math.min(place + partSize, bytes.byteLength)) / bytes.byteLength)} %`);
  }
  const sent = document.createElement('input');
  sent.type = 'hidden';
  sent.name = 'sent';
  sent.value = `${upload} ${bytes.byteLength} ${digest} ${media(new Uint8Array(bytes, 0, Math.min(64, bytes.byteLength)))}`;
  line.append(sent);
  say(word('sent'));
}

function take(file: File): void {
  const line = document.createElement('li');
  const state = document.createElement('span');
  const remove = document.createElement('button');
  const say = (text: string): void => { state.textContent = ` · ${text} `; };

  line.append(file.name, state, remove);
  remove.type = 'button';
  remove.className = 'second';
  remove.textContent = word('remove');
  remove.addEventListener('click', () => { line.remove(); });
  if (around.querySelectorAll('input[name="sent"]').length + running >= countMax) say(word('many'));
  else if (file.size === 0 || file.size > sizeMax) say(word(file.size ? 'large' : 'failed'));
  else {
    running += 1;
    button.disabled = true;
    say('0 %');
    void send(file, line, say).catch(() => { say(word('failed')); }).finally(() => {
      running -= 1;
      button.disabled = running > 0;
    });
  }
  list.append(line);
}

// Only where the browser can tell what it sends (https).
if (window.crypto?.subtle) {
  fileInput.removeAttribute('name');
  fileInput.addEventListener('change', () => {
    for (const file of fileInput.files ?? []) take(file);
    fileInput.value = '';
  });
}
