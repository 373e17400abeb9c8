// Times as people say them: relative near, absolute far, and in both capitals where two sides are bound by one.
import { language, t, type Key } from './i18n';

/** Capitals whose clocks are shown, the host's first. */
export const capitals = [
  { country: 'kh', zone: 'Asia/Phnom_Penh' },
  { country: 'kr', zone: 'Asia/Seoul' },
] as const;

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Browsers carry no words for Khmer dates (Chromium's ICU leaves them out): they are in our own messages. */
function inKhmer(at: Date, timeZone: string, clock: boolean): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone, year: 'numeric', month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).formatToParts(at);
  const part = (type: string): string => parts.find((each) => each.type === type)?.value ?? '';
  const day = `${part('day')} ${t('months').split(' ')[Number(part('month')) - 1] ?? ''} ${part('year')}`;
  return clock ? `${day} ${part('hour')}:${part('minute')}` : day;
}

function format(at: Date, options: Intl.DateTimeFormatOptions): string {
  if (language.value === 'km' && options.month) return inKhmer(at, options.timeZone ?? capitals[0].zone, options.hour !== undefined);
  return new Intl.DateTimeFormat(language.value, { hourCycle: 'h23', ...options }).format(at);
}

export function date(iso: string | undefined, zone: string = capitals[0].zone): string {
  if (!iso) return '';
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? iso : format(at, { year: 'numeric', month: 'short', day: 'numeric', timeZone: zone });
}

export function dateTime(iso: string | undefined, zone: string = capitals[0].zone): string {
  if (!iso) return '';
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? iso
    : format(at, { year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', timeZone: zone });
}

/** Where the host's day ("2026-11-27") begins, and where the next one does: its clock is the same all the year. */
export function dayBegins(day: string): string {
  return `${day}T00:00:00+07:00`;
}

export function dayEnds(day: string): string {
  return new Date(Date.parse(dayBegins(day)) + 24 * hour).toISOString();
}

export function hourIn(iso: string, zone: string): string {
  return format(new Date(iso), { hour: '2-digit', minute: '2-digit', timeZone: zone });
}

/** To the second, where minutes are too few. */
export function secondIn(iso: string, zone: string): string {
  return format(new Date(iso), { hour: '2-digit', minute: '2-digit', second: '2-digit', timeZone: zone });
}

/** "in 47 hours", "2 days ago"; beyond four weeks the day itself. Days are counted from two: a day that is cut off is no "tomorrow". */
export function relative(iso: string | undefined, now: number): string {
  if (!iso) return '';
  const away = new Date(iso).getTime() - now;
  const size = Math.abs(away);

  if (Number.isNaN(away)) return iso;
  if (size > 28 * day) return date(iso);
  if (size < minute) return t('just_now');
  const [unit, length] = size >= 2 * day ? ['day', day] as const : size >= hour ? ['hour', hour] as const : ['minute', minute] as const;
  const n = Math.trunc(away / length);
  if (language.value === 'km') return t(`${n < 0 ? 'ago' : 'in'}_${unit}` as Key, { n: Math.abs(n) });
  return new Intl.RelativeTimeFormat(language.value, { numeric: 'auto' }).format(n, unit);
}
