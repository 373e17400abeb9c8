// The page that says to wait (page_wait.c): the browser works instead, and sends what was written by itself.
import { work } from './work';

const form = document.getElementById('again') as HTMLFormElement;
const field = form.querySelector('[data-challenge]') as HTMLInputElement;
const exit = document.getElementById('exit') as HTMLAnchorElement | null;

// On the notes' page: left in one act, as there.
function leave(event: Event): void {
  event.preventDefault();
  location.replace((exit as HTMLAnchorElement).href);
}
if (exit) {
  exit.addEventListener('click', leave);
  addEventListener('keydown', (event) => {
    if (event.key === 'Escape') leave(event);
  });
}

function show(working: boolean): void {
  (document.getElementById('working') as HTMLElement).hidden = !working;
  (document.getElementById('waiting') as HTMLElement).hidden = working;
  (form.querySelector('.act') as HTMLElement).hidden = working;
}

show(true);
work(field.dataset.challenge ?? '').then((done) => {
  field.value = done;
  form.submit();
}, () => { show(false); });
