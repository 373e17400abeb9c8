// Disputes of what is listed: anybody's word, a clock of ten working days, and the other country for the appeal.
import { Badge } from '../../kit/badge';
import { Clock, When } from '../../kit/clock';
import { country, number, plural, t } from '../../kit/i18n';
import { Name } from '../../kit/name';
import { Failed, Waiting } from '../../kit/state';
import { Table, type Column } from '../../kit/table';
import { dateTime } from '../../kit/time';
import type { Dispute } from '../api/types';
import { useData, useList } from '../data';
import { href } from '../router';
import { mayDo } from '../session';
import { DeskActs } from './desk_acts';
import { Fact } from './entry_about';
import { Evidence } from './evidence';
import { Identifier, reasonName, Story, useTables } from './public_parts';

/** The clock that runs: of the decision, or of the appeal. */
function Due({ row, label }: { row: Dispute; label?: string }) {
  const more = label ? { label } : {};
  if (row.state === 'received') return <Clock start={row.receivedAt} end={row.dueAt} {...more} />;
  if (row.state === 'appealed' && row.appealDue) return <Clock start={row.appealedAt} end={row.appealDue} {...more} />;
  return null;
}

const columns = (): Column<Dispute>[] => [
  { key: 'x', label: t('identifier'), kind: 'main', show: (row) => <a href={href('disputes', row.id)}><Identifier x={row.x} /></a> },
  { key: 'state', label: t('state'), kind: 'state', show: (row) => <><Badge group="dispute" value={row.state} />{row.late && <Badge group="dispute" value="late" />}</> },
  { key: 'proofs', label: t('proofs'), kind: 'number', show: (row) => number(row.proofs) },
  { key: 'received', label: t('received'), kind: 'short', show: (row) => <When at={row.receivedAt} /> },
  { key: 'due', label: t('due'), show: (row) => <Due row={row} /> },
];

function One({ id }: { id: string }) {
  const { data, error, again } = useData<Dispute>(`/disputes/${id}`, ['dispute']);
  const tables = useTables();

  if (error && !data) return <section class="page"><h1>{t('dispute')}</h1><Failed error={error} again={again} /></section>;
  if (!data) return <section class="page"><Waiting /></section>;
  return (
    <section class="page">
      <p class="back"><a href={href('disputes')}>← {t('disputes')}</a></p>
      <header class="entry-head"><h1><Identifier x={data.x} /></h1>
        <p class="badges"><Badge group="dispute" value={data.state} />{data.late && <Badge group="dispute" value="late" />}{data.hiddenUntil && <Badge group="listing" value="hidden" />}</p></header>
      <div class="two">
        <div class="stack">
          {data.said && <section class="card" aria-label={t('what_was_said')}><h2>{t('what_was_said')}</h2><p class="text" lang={data.language ?? 'und'}>{data.said}</p></section>}
          <section class="card" aria-label={t('dispute')}><dl class="facts">
            <Fact label={t('listed_as')}>{data.listings?.length ? data.listings.map((each) => (
              <span key={each.id}><Badge group="verdict" value={each.verdict} /> {mayDo('listing.read') && <a href={href('listings', each.id)}>{t('listing')}</a>} </span>)) : t('not_listed')}</Fact>
            <Fact label={t('proofs')}>{plural('proofs_n', data.proofs)}</Fact>
            <Fact label={t('received')}>{dateTime(data.receivedAt)}</Fact>
            {data.hiddenUntil && <Fact label={t('hidden_until')}>{dateTime(data.hiddenUntil)}</Fact>}
            {data.decidedAt && <Fact label={t('decided')}>{dateTime(data.decidedAt)} {country(data.decidedCountry)} {data.decidedByName && <Name text={data.decidedByName} />} · {reasonName(tables, data.reason)}</Fact>}
            {data.appealAt && <Fact label={t('appeal_decided')}>{dateTime(data.appealAt)} {country(data.appealCountry)} · {reasonName(tables, data.appealReason)}</Fact>}
          </dl></section>
          <Evidence path={`/disputes/${id}`} rows={data.evidence} original="dispute.original" version={data.version} done={again} />
          <Story rows={data.story} />
        </div>
        <aside class="stack">
          <DeskActs path="/disputes" row={data} asks={{ uphold: [{ reason: 'dispute-upheld' }, 'note'], dismiss: [{ reason: 'dispute-dismissed' }, 'note'],
            'appeal-uphold': [{ reason: 'dispute-upheld' }, 'note'], 'appeal-dismiss': [{ reason: 'dispute-dismissed' }, 'note'] }} waits={t('dispute_waits')} done={again} />
          {(data.state === 'received' || data.state === 'appealed') && <section class="card stack" aria-label={t('clocks')}><h2>{t('clocks')}</h2><Due row={data} label={t('due_decision')} /></section>}
        </aside>
      </div>
    </section>
  );
}

export function Disputes({ id }: { id: string | undefined }) {
  const { data, error, again, more } = useList<Dispute>(id ? null : '/disputes', ['dispute']);

  if (id) return <One key={id} id={id} />;
  return (
    <section class="page">
      <div class="page-head"><div><h1>{t('disputes')}</h1><p>{t('disputes_what')}</p></div></div>
      <Table label={t('disputes')} columns={columns()} rows={data?.items ?? null} id={(row) => row.id} error={error} again={again} total={data?.total} more={more} empty={t('disputes_empty')} />
    </section>
  );
}
