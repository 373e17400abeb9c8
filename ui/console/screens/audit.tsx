// Every access and every act. Look-ups of oneself and of colleagues are flagged.
import { Badge } from '../../kit/badge';
import { Icon } from '../../kit/icon';
import { t, word } from '../../kit/i18n';
import { Name } from '../../kit/name';
import { Table, type Column } from '../../kit/table';
import { dateTime } from '../../kit/time';
import type { AuditRow } from '../api/types';
import { useList } from '../data';
import { actionWord } from '../lifecycle';
import { go, href, place, withQuery } from '../router';

const COUNTED = 100_000; // so far the hub counts

const screens: Record<string, string> = { entry: 'entries', submission: 'submissions', person: 'people', appeal: 'appeals', clearance: 'clearances' };

const columns = (): Column<AuditRow>[] => [
  { key: 'at', label: t('when'), kind: 'short', show: (row) => <span class="figures">{dateTime(row.at)}</span> },
  { key: 'who', label: t('who'), kind: 'main', show: (row) => <Name text={row.byName || row.by || t('nobody')} /> },
  { key: 'action', label: t('did'), show: (row) => actionWord(row.action) },
  { key: 'thing', label: t('thing'), show: (row) => {
    const screen = screens[row.thingKind ?? ''];
    const text = <>{word('thing', row.thingKind)} <span class="figures">{row.thing?.slice(0, 8)}</span></>;
    return row.thing && screen ? <a href={href(screen, row.thing)}>{text}</a> : text;
  } },
  { key: 'outcome', label: t('outcome'), show: (row) => <span class="badges"><Badge group="outcome" value={row.outcome} />{row.flagged && row.outcome !== 'flagged' && <span class="badge warn"><Icon name="alert" />{t('flagged')}</span>}</span> },
];

export function Audit() {
  const query = place.value.query;
  const names = ['action', 'outcome', 'from', 'to', 'flagged'];
  const filters = Object.fromEntries(names.map((name) => [name, query.get(name) ?? undefined]));
  // Days as moments: from the first of one to the last of the other.
  if (filters['from']) filters['from'] += 'T00:00:00Z';
  if (filters['to']) filters['to'] += 'T23:59:59Z';
  const { data, error, again, more } = useList<AuditRow>('/audit', [], filters);

  return (
    <section class="page">
      <div class="page-head"><h1>{t('audit')}</h1><p>{t('audit_what')}</p></div>
      <form class="filters" aria-label={t('search')} onSubmit={(event) => {
        event.preventDefault();
        const form = new FormData(event.currentTarget as HTMLFormElement);
        go(withQuery({ action: String(form.get('action') ?? ''), from: String(form.get('from') ?? ''), to: String(form.get('to') ?? ''), flagged: form.get('flagged') ? 'true' : '' }), true);
      }}>
        <div class="search"><Icon name="search" /><input id="q" name="action" aria-label={t('did')} placeholder="entry.read" defaultValue={query.get('action') ?? ''} /></div>
        <label>{t('from')} <input type="date" name="from" defaultValue={query.get('from') ?? ''} /></label>
        <label>{t('to')} <input type="date" name="to" defaultValue={query.get('to') ?? ''} /></label>
        <label class="tick"><input type="checkbox" name="flagged" defaultChecked={query.get('flagged') === 'true'} /> {t('flagged')}</label>
        <button type="submit">{t('search')}</button>
      </form>
      <Table label={t('audit')} columns={columns()} rows={data?.items ?? null} id={(row) => `${row.seq ?? row.at}${row.action}${row.thing ?? ''}`} error={error} again={again} more={more} total={data && data.total < COUNTED ? data.total : undefined} empty={t('audit_empty')} />
    </section>
  );
}
