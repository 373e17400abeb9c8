// Every access and every act, with the reason where one was asked for. Look-ups of oneself and of colleagues are flagged.
import { Badge } from '../../kit/badge';
import { country, t, word } from '../../kit/i18n';
import { Name } from '../../kit/name';
import { Table, type Column } from '../../kit/table';
import { dateTime, dayBegins, dayEnds } from '../../kit/time';
import type { AuditRow } from '../api/types';
import { useList } from '../data';
import { actionWord, lifecycle, reasonWord } from '../lifecycle';
import { go, href, place, withQuery } from '../router';

const COUNTED = 100_000; // so far the hub counts
const outcomes = ['done', 'shown', 'refused', 'denied', 'not-found', 'flagged'];

const screens: Record<string, string> = { entry: 'entries', submission: 'submissions', person: 'people', appeal: 'appeals', clearance: 'clearances', hit: 'hits', post: 'posts' };

/** What stands with a row beside its own columns: why it was refused, which act it was. */
function More({ row: { detail, outcome } }: { row: AuditRow }) {
  if (!detail || typeof detail !== 'object') return null;
  return <>{Object.entries(detail).filter(([, value]) => value !== outcome).map(([name, value]) => (
    <span key={name} class="quiet">{name === 'reason' || name === 'why' ? reasonWord(String(value)) : `${name}: ${String(value)}`}</span>
  ))}</>;
}

function Thing({ row }: { row: AuditRow }) {
  const screen = screens[row.thingKind ?? ''];
  const text = <>{word('thing', row.thingKind)} <span class="figures">{row.thing?.slice(0, 8)}</span></>;

  return (
    <span class="stacked">
      <span>{row.thing && screen ? <a href={href(screen, row.thing)}>{text}</a> : text}{row.thing && <> <a class="quiet" href={withQuery({ thing: row.thing })}>{t('audit_of_it')}</a></>}</span>
      {row.purpose && <q><Name text={row.purpose} /></q>}
    </span>
  );
}

const columns = (): Column<AuditRow>[] => [
  { key: 'at', label: t('when'), kind: 'short', show: (row) => <span class="figures">{dateTime(row.at)}</span> },
  { key: 'who', label: t('who'), kind: 'main', show: (row) => (
    <span class="stacked">{row.by ? <a href={withQuery({ person: row.by })}><Name text={row.byName || row.by} /></a> : t('nobody')}
      <span class="quiet">{[row.country && country(row.country), row.address].filter(Boolean).join(' · ')}</span></span>
  ) },
  { key: 'action', label: t('did'), show: (row) => actionWord(row.action) },
  { key: 'thing', label: t('thing'), show: (row) => <Thing row={row} /> },
  { key: 'outcome', label: t('outcome'), show: (row) => <span class="stacked"><Badge group="outcome" value={row.outcome} /><More row={row} /></span> },
];

/** Whom or what alone the rows are of, and the way back to all. */
function Only({ rows }: { rows: AuditRow[] }) {
  const person = place.value.query.get('person');
  const thing = place.value.query.get('thing');
  const who = rows.find((row) => row.by === person)?.byName || person?.slice(0, 8);
  const what = rows.find((row) => row.thing === thing);

  return (
    <p class="badges">
      {person && <span>{t('who')}: <strong><Name text={who ?? ''} /></strong> <a href={withQuery({ person: '' })}>{t('audit_of_all')}</a></span>}
      {thing && <span>{t('thing')}: <strong>{word('thing', what?.thingKind)} <span class="figures">{thing.slice(0, 8)}</span></strong> <a href={withQuery({ thing: '' })}>{t('audit_of_all')}</a></span>}
    </p>
  );
}

function Filters() {
  const query = place.value.query;
  const choices = (lifecycle().actions ?? []).map((value) => ({ value, text: actionWord(value) })).sort((a, b) => a.text.localeCompare(b.text));
  const change = (name: string) => (event: Event): void => go(withQuery({ [name]: (event.currentTarget as HTMLInputElement | HTMLSelectElement).value }), true);

  return (
    <form class="filters" aria-label={t('search')} onSubmit={(event) => event.preventDefault()}>
      <select id="action" aria-label={t('did')} onChange={change('action')}>
        <option value="">{t('audit_all_acts')}</option>
        {choices.map(({ value, text }) => <option key={value} value={value} selected={value === query.get('action')}>{text}</option>)}
      </select>
      <select id="outcome" aria-label={t('outcome')} onChange={change('outcome')}>
        <option value="">{t('audit_all_outcomes')}</option>
        {outcomes.map((each) => <option key={each} value={each} selected={each === query.get('outcome')}>{word('outcome', each)}</option>)}
      </select>
      <label>{t('from')} <input type="date" name="from" value={query.get('from') ?? ''} onChange={change('from')} /></label>
      <label>{t('to')} <input type="date" name="to" value={query.get('to') ?? ''} onChange={change('to')} /></label>
    </form>
  );
}

export function Audit() {
  const query = place.value.query;
  const filters = Object.fromEntries(['action', 'outcome', 'person', 'thing'].map((name) => [name, query.get(name) ?? undefined]));
  const from = query.get('from');
  const to = query.get('to');
  const { data, error, again, more } = useList<AuditRow>('/audit', [], { ...filters, from: from ? dayBegins(from) : undefined, to: to ? dayEnds(to) : undefined });

  return (
    <section class="page">
      <div class="page-head"><h1>{t('audit')}</h1><p>{t('audit_what')}</p></div>
      <Filters />
      {(filters['person'] || filters['thing']) && <Only rows={data?.items ?? []} />}
      <Table label={t('audit')} columns={columns()} rows={data?.items ?? null} id={(row) => row.id ?? `${row.at}${row.action}${row.thing ?? ''}`} error={error} again={again} more={more}
        total={data && data.total < COUNTED ? data.total : undefined} empty={t('audit_empty')} />
    </section>
  );
}
