// Reports that were given to partners: how it stands with each for both sides, what it says for the partner, and whether a withdrawal was acknowledged.
import { Badge } from '../../kit/badge';
import { When } from '../../kit/clock';
import { Icon } from '../../kit/icon';
import { t } from '../../kit/i18n';
import { Name } from '../../kit/name';
import { Failed, Waiting } from '../../kit/state';
import { Table, type Column } from '../../kit/table';
import { dateTime } from '../../kit/time';
import type { PublicTables, Referral, ReferredReport } from '../api/types';
import { useData, useList } from '../data';
import { go, href, place, withQuery } from '../router';
import { mayDo } from '../session';
import { DeskActs } from './desk_acts';
import { Fact } from './entry_about';
import { Evidence } from './evidence';
import { Identifier, Story, useTables } from './public_parts';
import { authorityName, shownState, Standing } from './referral_parts';
import { Details } from './report';

const asks = { acknowledge: ['note'] } satisfies Parameters<typeof DeskActs>[0]['asks'];

const columns = (tables: PublicTables | null): Column<Referral>[] => [
  { key: 'n', label: t('referral'), kind: 'main', show: (row) => (
    <><a href={href('referrals', row.id)}>{t('referral_n', { n: row.number })}</a><span class="beneath">{authorityName(tables, row)}</span></>) },
  { key: 'state', label: t('state'), kind: 'state', show: (row) => <Badge group="referral" value={shownState(row)} /> },
  { key: 'standing', label: t('referral_acknowledged'), show: (row) => <Standing row={row} /> },
  { key: 'sent', label: t('referral_sent'), kind: 'short', show: (row) => <When at={row.sentAt} /> },
];

/** What the reporter said, as long as he has not taken it back. */
function Said({ id }: { id: string }) {
  const { data: report, error, again } = useData<ReferredReport>(`/referrals/${id}/report`, ['referral']);
  const tables = useTables();

  if (error) return <Failed error={error} again={again} />;
  if (!report) return <Waiting />;
  return (
    <>
      {report.said && <section class="card" aria-label={t('what_was_said')}><h2>{t('what_was_said')}</h2><p class="text" lang={report.language}>{report.said}</p></section>}
      {report.added.map((each) => <section class="card" key={each.at} aria-label={t('referral_added')}><h2>{t('referral_added')}</h2><p class="quiet">{dateTime(each.at)}</p><p class="text">{each.note}</p></section>)}
      {report.identifiers.length > 0 && (
        <section class="card" aria-label={t('report_names')}><h2>{t('report_names')}</h2>
          <ul class="desk-list">{report.identifiers.map((each) => <li key={each.x}><strong><Identifier x={each.x} /></strong><span class="beneath">{each.typed}</span></li>)}</ul></section>)}
      <Details report={report} tables={tables} />
      <Evidence path={`/referrals/${id}`} rows={report.evidence} />
    </>
  );
}

function ReferralView({ id }: { id: string }) {
  const { data: row, error, again } = useData<Referral>(`/referrals/${id}`, ['referral']);
  const tables = useTables();
  const back = <p class="back"><a href={href('referrals')}>← {t('given_reports')}</a></p>;

  if (error && !row) return <div class="entry">{back}<h1>{t('referral')}</h1><Failed error={error} again={again} /></div>;
  if (!row) return <div class="entry"><Waiting /></div>;
  return (
    <article class="entry">
      <header class="entry-head">{back}<h1>{t('referral_n', { n: row.number })}</h1>
        <p class="badges"><Badge group="referral" value={shownState(row)} /></p><p class="quiet">{authorityName(tables, row)}</p></header>
      <div class="entry-body">
        <div class="stack">
          {row.state === 'withdrawn' && (
            <section class="card warning" aria-label={t('referral_back')}><h2><Icon name="alert" /> {t('referral_back')}</h2>
              <p>{t(mayDo('referral.act') ? 'referral_back_own' : 'referral_back_other')}</p><Standing row={row} /></section>)}
          <section class="card" aria-label={t('referral_about')}><h2>{t('referral_about')}</h2>
            <dl class="facts">
              <Fact label={t('referral_sent')}>{dateTime(row.sentAt)} {row.sentByName && <span class="quiet"><Name text={row.sentByName} /></span>}</Fact>
              {row.withdrawnAt && <Fact label={t('referral_withdrawn')}>{dateTime(row.withdrawnAt)}</Fact>}
              {row.acknowledgedAt && <Fact label={t('referral_acknowledged')}><Standing row={row} /></Fact>}
              {row.report && mayDo('report.read') && <Fact label={t('report')}><a href={href('reports', row.report)}>{t('referral_report')}</a></Fact>}
            </dl></section>
          {row.state === 'sent' && mayDo('referral.open') && <Said id={id} />}
          <Story rows={row.story} />
        </div>
        {mayDo('referral.act') && <aside class="stack"><DeskActs path="/referrals" row={row} asks={asks} main={['acknowledge']} waits={t('referral_waits')} done={again} /></aside>}
      </div>
    </article>
  );
}

export function Referrals({ id }: { id: string | undefined }) {
  const waiting = place.value.query.get('waiting') === '1';
  const { data, error, again, more } = useList<Referral>(id ? null : '/referrals', ['referral'], { waiting: waiting ? '1' : undefined });
  const tables = useTables();

  if (id) return <ReferralView key={id} id={id} />;
  return (
    <section class="page">
      <div class="page-head"><div><h1>{t('given_reports')}</h1><p>{t('referrals_what')}</p></div></div>
      <form class="filters" role="search" aria-label={t('search')} onSubmit={(event) => event.preventDefault()}>
        <div class="tick"><input type="checkbox" id="waiting" checked={waiting} onChange={(event) => go(withQuery({ waiting: event.currentTarget.checked ? '1' : '' }), true)} />
          <label for="waiting">{t('referrals_waiting')}</label></div>
      </form>
      <Table label={t('given_reports')} columns={columns(tables)} rows={data?.items ?? null} id={(row) => row.id} error={error} again={again} total={data?.total} more={more} empty={t('referrals_empty')} />
    </section>
  );
}
