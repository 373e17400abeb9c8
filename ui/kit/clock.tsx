// A running clock: a bar that fills, and the hour at which it ends in the capitals that are bound by it.
import { signal } from '@preact/signals';
import { country, t } from './i18n';
import { capitals, date, dateTime, hourIn, relative } from './time';

/** The present, told anew every half minute. */
export const now = signal(Date.now());
setInterval(() => { now.value = Date.now(); }, 30_000);

const day = 86_400_000;

/** The hour in each capital; `days`: with its day, once where it is the same. */
function inCapitals(at: string, days: boolean) {
  const dates = capitals.map((each) => date(at, each.zone));
  return capitals.map((each, i) => [
    i > 0 && ' ', <span key={each.zone} class="hour">{days && dates[i] !== dates[i - 1] && `${dates[i] ?? ''} `}{hourIn(at, each.zone)} {country(each.country)}{i + 1 < capitals.length && ' ·'}</span>,
  ]);
}

/** Takes RFC 3339 times. Without a start the bar covers the last thirty days before the end. */
export function Clock({ start, end, label }: { start?: string | undefined; end: string; label?: string }) {
  const last = new Date(end).getTime();
  const first = start ? new Date(start).getTime() : last - 30 * day;
  const part = Math.min(1, Math.max(0, (now.value - first) / Math.max(1, last - first)));
  const state = now.value >= last ? 'over' : part > 0.8 ? 'late' : '';
  const away = Math.abs(last - now.value);

  return (
    <div class={`clock ${state}`}>
      <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="100" height="6" />
        <rect class="run" width={part * 100} height="6" /></svg>
      <p>
        {label && <span>{label} </span>}
        <strong>{state === 'over' ? t('clock_over', { when: relative(end, now.value) }) : relative(end, now.value)}</strong>{' '}
        {relative(end, now.value) !== date(end) && <span class="quiet">{away < 4 * day ? inCapitals(end, away >= day) : date(end)}</span>}
      </p>
    </div>
  );
}

/** A moment: relative near, absolute far; the whole of it, in both capitals, when pointed at. */
export function When({ at }: { at: string | undefined }) {
  if (!at) return null;
  const whole = capitals.map((each) => `${dateTime(at, each.zone)} ${country(each.country)}`).join('\n');
  return <time dateTime={at} title={whole}>{relative(at, now.value)}</time>;
}
