// Figures of the border in 24 hours, of all posts or of one. Nobody is named, and no drill is counted.
import { Chart } from '../../kit/chart';
import { number, t, word } from '../../kit/i18n';
import { capitals, dateTime, hourIn } from '../../kit/time';
import type { BorderToday } from '../api/types';

const hourMs = 3_600_000, hours = 24;
const results = ['pass', 'refer', 'stop'] as const;
const tones = { pass: 'good', refer: 'warn', stop: 'stop' } as const;
/** Hits that somebody must still finish. */
const unfinished = ['open', 'confirmed', 'custody'];

function sum<T>(rows: T[], of: (row: T) => number): number {
  return rows.reduce((all, row) => all + of(row), 0);
}

export function Figures({ of }: { of: BorderToday }) {
  const waits = unfinished.filter((each) => of.hits[each]).map((each) => `${word('unfinished', each)} ${number(of.hits[each] ?? 0)}`);
  const figures: [string, number, string][] = [
    [t('checks'), sum(of.hours, (each) => each.pass + each.refer + each.stop), t('in_24_hours')],
    [t('referrals'), sum(of.hours, (each) => each.refer), t('in_24_hours')],
    [t('stops'), sum(of.hours, (each) => each.stop), t('in_24_hours')],
    [t('hits_24'), sum(of.posts, (each) => each.hits), waits.join(' · ') || t('unfinished_none')],
    [t('slow'), sum(of.hours, (each) => each.slow), t('slow_what')],
  ];
  return <dl class="counts figures-of">{figures.map(([label, n, what]) => <div key={label}><dt>{label}</dt><dd><strong>{number(n)}</strong><span>{what}</span></dd></div>)}</dl>;
}

/** Checks by hour. An hour of which nothing is told had none. */
export function Hours({ of, label }: { of: BorderToday; label: string }) {
  const first = new Date(of.from).getTime(), { zone } = capitals[0];
  const columns = Array.from({ length: hours }, (_, i) => {
    const at = new Date(first + i * hourMs).toISOString(), found = of.hours.find((each) => new Date(each.hour).getTime() === first + i * hourMs);
    return { key: at, label: dateTime(at), tick: hourIn(at, zone), values: results.map((each) => found?.[each] ?? 0) };
  });
  return <Chart label={label} what={t('hours_what')} parts={results.map((each) => ({ key: each, label: word('check-result', each), tone: tones[each] }))} columns={columns} />;
}
