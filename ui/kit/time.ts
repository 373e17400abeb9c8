// Times as people say them: relative near, absolute far, and in both capitals where two sides are bound by one.
import { language } from './i18n';

/** Capitals whose clocks are shown, the host's first. */
export const capitals = [
  { country: 'kh', zone: 'Asia/Phnom_Penh' },
  { country: 'kr', zone: 'Asia/Seoul' },
] as const;

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

function format(at: Date, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(language.value, { hourCycle: 'h23', ...options }).format(at);
}

export function date(iso: string | undefined): string {
  if (!iso) return '';
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? iso : format(at, { year: 'numeric', month: 'short', day: 'numeric', timeZone: capitals[0].zone });
}

export function dateTime(iso: string | undefined, zone: string = capitals[0].zone): string {
  if (!iso) return '';
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? iso
    : format(at, { year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', timeZone: zone });
}

export function hourIn(iso: string, zone: string): string {
  return format(new Date(iso), { hour: '2-digit', minute: '2-digit', timeZone: zone });
}

/** "in 3 hours", "2 days ago"; beyond four weeks the day itself. */
export function relative(iso: string | undefined, now: number): string {
  if (!iso) return '';
  const away = new Date(iso).getTime() - now;
  const size = Math.abs(away);

  if (Number.isNaN(away)) return iso;
  if (size > 28 * day) return date(iso);
  const words = new Intl.RelativeTimeFormat(language.value, { numeric: 'auto' });
  if (size >= day) return words.format(Math.trunc(away / day), 'day');
  if (size >= hour) return words.format(Math.trunc(away / hour), 'hour');
  return words.format(Math.trunc(away / minute), 'minute');
}
