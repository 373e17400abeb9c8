// A passport reader that is a keyboard: the zone comes as fast key strokes, with or without line ends.
const pauseMs = 1500; // then what came before was something else
const quietMs = 80;   // a shorter zone may be the beginning of a longer one

function whole(zone: string): boolean {
  return zone.length === 88 || zone.length === 90 || zone.length === 72;
}

/** Passports and visas of two lines of 44 are known by their first letter. */
function surely(zone: string): boolean {
  return (/^[PV]/.test(zone) && zone.length === 88) || (/^[IAC]/.test(zone) && zone.length === 90);
}

/** Calls `take` with the zone; gives what stops it. Keys in a field are the field's. */
export function startReader(take: (zone: string) => void): () => void {
  let zone = '', last = 0, timer = 0;
  const done = (): void => {
    const read = zone;
    zone = '';
    take(read);
  };
  const onKey = (event: KeyboardEvent): void => {
    const target = event.target instanceof HTMLElement ? event.target : null;
    if (target?.closest('input, textarea, select, dialog') || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.timeStamp - last > pauseMs) zone = '';
    last = event.timeStamp;
    clearTimeout(timer);
    if (event.key === 'Enter') {
      if (whole(zone)) { event.preventDefault(); done(); } else if (zone) event.preventDefault();
      return;
    }
    if (!/^[A-Za-z0-9<]$/.test(event.key)) return;
    zone += event.key.toUpperCase();
    if (surely(zone)) done();
    else if (whole(zone)) timer = window.setTimeout(done, quietMs);
  };
  const onPaste = (event: ClipboardEvent): void => {
    if (event.target instanceof HTMLElement && event.target.closest('input, textarea')) return;
    const text = (event.clipboardData?.getData('text') ?? '').replace(/\s/g, '').toUpperCase();
    if (whole(text)) take(text);
  };
  window.addEventListener('keydown', onKey);
  window.addEventListener('paste', onPaste);
  return () => {
    window.removeEventListener('keydown', onKey);
    window.removeEventListener('paste', onPaste);
  };
}
