// What scripts add to the screening page. Without them the form asks by itself and nothing here is missed.
import { keys } from './keys';
import { live } from './live';
import { zoneOf } from './zone';

function start(): void {
  const form = document.querySelector<HTMLFormElement>('form[role=search]');
  const name = document.querySelector<HTMLTextAreaElement>('#name');
  const answer = document.querySelector<HTMLElement>('#answer');
  const status = document.querySelector<HTMLElement>('#status');
  const help = document.querySelector<HTMLDialogElement>('#help');
  const open = document.querySelector<HTMLButtonElement>('#keys');

  if (!form || !name || !answer || !status || !help || !open) return;
  const asking = live(form, answer, status);
  const clear = (): void => {
    for (const field of form.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input:not([type=hidden]), textarea')) {
      field.value = '';
    }
    name.classList.remove('lines');
    asking.ask(true);
  };

  open.hidden = false;
  open.addEventListener('click', () => help.showModal());
  keys(name, help, clear);
  name.addEventListener('input', () => name.classList.toggle('lines', zoneOf(name.value) !== null));
  name.addEventListener('keydown', (event) => {
    // Enter asks, as in any field of one line; a second line comes with Shift, or by pasting.
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      asking.ask(true);
    }
  });
  document.addEventListener('paste', (event) => {
    const zone = zoneOf(event.clipboardData?.getData('text/plain') ?? '');
    if (!zone) return;
    event.preventDefault();
    clear();
    name.value = zone;
    name.classList.add('lines');
    name.focus();
    asking.ask(true);
  });
}

start();
