// What runs while somebody stands there: how long he has waited, how long he may still be held.
import { signal } from '@preact/signals';
import { t } from './words';

/** The present, told anew every quarter of a minute. */
const present = signal(Date.now());
setInterval(() => { present.value = Date.now(); }, 15_000);

const minute = 60_000;

function span(ms: number): string {
  const n = Math.floor(ms / minute), h = Math.floor(n / 60);
  return h ? t('span_hours', { h, n: n % 60 }) : t('span_minutes', { n });
}

/** "waits 12 min" */
export function waits(since: string): string {
  const n = Math.max(0, Math.floor((present.value - Date.parse(since)) / minute));
  return n < 120 ? t('waits_minutes', { n }) : t('waits_hours', { n: Math.floor(n / 60) });
}

/** How long it is until then, or by how much it is over. */
export function left(until: string): string {
  const ms = Date.parse(until) - present.value;
  return ms > 0 ? t('time_left', { span: span(ms) }) : t('time_over', { span: span(-ms) });
}
