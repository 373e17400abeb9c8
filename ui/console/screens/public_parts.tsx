// What screens about the public have in common: identifiers, priorities, stories, words of the hub's tables.
import { Badge } from '../../kit/badge';
import { language, number, t, word, type Language } from '../../kit/i18n';
import { Name } from '../../kit/name';
import { Timeline } from '../../kit/timeline';
import type { DeskAct, PublicTables } from '../api/types';
import { useData } from '../data';

export type Four = Record<Language, string>;

export const named = (name: Four | undefined): string => name?.[language.value] || name?.en || '';

/** Authorities, reasons and kinds of fraud. */
export const useTables = (): PublicTables | null => useData<PublicTables>('/public-tables').data;

export const typeName = (tables: PublicTables | null, type: string | undefined): string => named(tables?.types.find((each) => each.type === type)?.name) || (type ?? '');
export const reasonName = (tables: PublicTables | null, reason: string | undefined): string => named(tables?.reasons.find((each) => each.reason === reason)?.name) || (reason ?? '');

export const restrictionName = (tables: PublicTables | null, reason: string | undefined): string => named(tables?.restrictions.find((each) => each.restriction === reason)?.name) || (reason ?? '');

/** The value of `phone|85591234567` as people write it. */
export function shownOf(x: string): string {
  const value = x.slice(x.indexOf('|') + 1);
  if (!x.startsWith('phone|')) return value;
  const short = /^([a-z]{2}):(\d+)$/.exec(value);
  return short ? `${short[2] ?? ''} (${(short[1] ?? '').toUpperCase()})` : `+${value}`;
}

export function Identifier({ x }: { x: string }) {
  return <span class="identifier"><span class="quiet">{word('identifier', x.slice(0, x.indexOf('|')))}</span> <bdi class="figures">{shownOf(x)}</bdi></span>;
}

export const Priority = ({ value }: { value: number }) => <Badge group="priority" value={`p${value}`} />;

/** Of an act about one file: which, and why. */
function About({ row }: { row: DeskAct }) {
  const tables = useTables();
  return <span class="beneath">{t('evidence_n', { n: number(row.evidence ?? 0) })}{row.reason && ` · ${restrictionName(tables, row.reason)}`}</span>;
}

/** Who did what, the newest first; what the public added stands in its own words. */
export function Story({ rows }: { rows: DeskAct[] | undefined }) {
  if (!rows?.length) return null;
  return (
    <section class="card" aria-label={t('story')}><h2>{t('story')}</h2>
      <Timeline moments={[...rows].reverse().map((each) => ({
        key: String(each.number), at: each.at,
        head: <><strong>{word('desk-act', each.act)}</strong> <span class="quiet">{each.byName ? <Name text={each.byName} /> : word('desk-by', each.by)}</span></>,
        body: (each.evidence || each.note) && <>{each.evidence && <About row={each} />}{each.note && <p class="text">{each.note}</p>}</>,
      }))} /></section>
  );
}
