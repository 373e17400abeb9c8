// A passport reader that is a keyboard: the zone comes as fast key strokes, with or without line ends, wherever the cursor stands.
const pauseMs = 1500; // then what came before was something else
const fieldMs = 150;  // in a field an officer types; a reader leaves less between two keys
const quietMs = 80;   // a shorter zone may be the beginning of a longer one
const lineEndMs = 400; // a line end so soon after a letter is the reader's; nobody reads a screen so fast
const cutLength = 20; // so much of a zone and no more is a page that was not read whole

function whole(zone: string): boolean {
  return zone.length === 88 || zone.length === 90 || zone.length === 72;
}

/** Passports and visas of two lines of 44 are known by their first letter. */
function surely(zone: string): boolean {
  return (/^[PV]/.test(zone) && zone.length === 88) || (/^[IAC]/.test(zone) && zone.length === 90);
}

/** What stands on the key, where the machine writes Khmer or another order of letters; '' where no zone has it. */
function letter(event: KeyboardEvent): string {
  if (/^[A-Za-z0-9<]$/.test(event.key)) return event.key.toUpperCase();
  if (event.key.length > 1 && event.key !== 'Process' && event.key !== 'Unidentified') return '';
  if (event.code === 'Comma' && event.shiftKey) return '<';
  return /^(?:Key([A-Z])|Digit([0-9]))$/.exec(event.shiftKey && event.code.startsWith('Digit') ? '' : event.code)?.slice(1).join('') ?? '';
}

function fieldOf(event: Event): Element | null {
  return event.target instanceof Element ? event.target.closest('input, textarea, select') : null;
}

/**
 * A reader ends its lines with Enter, and Enter at a button is an officer's answer. What comes right behind a letter, or from a key that
 * is held down, answers nothing. To be called once, before anything else listens.
 */
export function guardAnswers(): void {
  let last = -lineEndMs;
  window.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') {
      if (letter(event)) last = event.timeStamp;
      else if (event.key !== 'Shift') last = -lineEndMs;
      return;
    }
    const readers = event.timeStamp - last < lineEndMs;
    if (readers) last = event.timeStamp; /* some end with two */
    if (!fieldOf(event) && (readers || event.repeat)) event.preventDefault();
  }, true);
}

/** `take` has the zone, `cut` hears of a page that was not read whole; gives what stops it. */
export function startReader(take: (zone: string) => void, cut: () => void): () => void {
  let zone = '', last = 0, timer = 0;
  const done = (): void => {
    const read = zone, field = document.activeElement;
    zone = '';
    /* What began in a field is no answer to what the field asks. */
    if (field instanceof HTMLInputElement) {
      field.form?.reset();
      field.blur();
    }
    take(read);
  };
  const wait = (): void => {
    const short = zone.length >= cutLength && zone.includes('<');
    if (whole(zone)) timer = window.setTimeout(done, quietMs);
    else if (short) timer = window.setTimeout(() => { zone = ''; cut(); }, pauseMs);
  };
  const onKey = (event: KeyboardEvent): void => {
    const field = fieldOf(event);
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.timeStamp - last > (field ? fieldMs : pauseMs)) zone = '';
    if (event.key === 'Enter') {
      if (!zone || (field && !zone.includes('<'))) return;
      event.preventDefault();
      last = event.timeStamp;
      clearTimeout(timer);
      if (whole(zone)) done();
      else wait();
      return;
    }
    const one = letter(event);
    if (!one) return;
    last = event.timeStamp;
    clearTimeout(timer);
    zone += one;
    if (field && zone.includes('<')) event.preventDefault();
    if (surely(zone)) done();
    else wait();
  };
  const onPaste = (event: ClipboardEvent): void => {
    const text = (event.clipboardData?.getData('text') ?? '').replace(/\s/g, '').toUpperCase();
    if (!whole(text) || !/^[A-Z0-9<]+$/.test(text)) return;
    event.preventDefault();
    zone = text;
    done();
  };
  window.addEventListener('keydown', onKey);
  window.addEventListener('paste', onPaste);
  return () => {
    clearTimeout(timer);
    window.removeEventListener('keydown', onKey);
    window.removeEventListener('paste', onPaste);
  };
}
