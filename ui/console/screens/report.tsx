// One report: what was said and named, what else names the same, and what this officer may do with it.
import { useState } from 'preact/hooks';
import { Badge } from '../../kit/badge';
import { number, plural, t, word } from '../../kit/i18n';
import { Failed, Waiting } from '../../kit/state';
import { dateTime } from '../../kit/time';
import { get } from '../api/client';
import type { PublicTables, Referral, Report, ReportContact } from '../api/types';
import { useData } from '../data';
import { href } from '../router';
import { mayDo } from '../session';
import { DeskActs } from './desk_acts';
import { Fact } from './entry_about';
import { Evidence } from './evidence';
import { Identifier, Priority, reasonName, Story, typeName, useTables } from './public_parts';
import { authorityName, shownState, Standing } from './referral_parts';
import { Found } from './report_found';

const asks = { read: [], note: ['note!'], verify: ['payment', 'note'], sent: ['authority', 'note'], action: ['authority', 'note!'], close: [{ reason: 'close' }, 'note'],
  reopen: ['note'], apart: ['note'], unlink: ['note'] } satisfies Parameters<typeof DeskActs>[0]['asks'];

function Names({ report }: { report: Report }) {
  if (!report.identifiers?.length) return null;
  return (
    <section class="card" aria-label={t('report_names')}><h2>{t('report_names')}</h2>
      <ul class="desk-list">{report.identifiers.map((each) => (
        <li key={each.x}><strong><Identifier x={each.x} /></strong>{' '}
          {each.official ? <Badge group="verdict" value="official" /> : each.verdict && <Badge group="verdict" value={each.verdict} />}
          <span class="beneath">{each.typed} · <a href={`${href('reports')}?identifier=${encodeURIComponent(each.x)}`}>{plural('reports_n', each.reports)}</a>
            {each.listing && mayDo('listing.read') && <> · <a href={href('listings', each.listing)}>{t('listing')}</a></>}
            {!each.listing && !each.official && mayDo('listing.propose') && <> · <a href={`${href('listings')}?propose=${encodeURIComponent(each.x)}`}>{t('listing_propose')}</a></>}</span>
        </li>))}</ul>
    </section>
  );
}

const said = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Whatever else was answered, in the words of the form. */
export function Details({ report, tables }: { report: Omit<Partial<Report>, 'identifiers'>; tables: PublicTables | null }) {
  const details = Object.entries(report.details ?? {});
  return (
    <section class="card" aria-label={t('report_details')}><h2>{t('report_details')}</h2>
      <dl class="facts">
        {report.type && <Fact label={t('fraud_type')}>{typeName(tables, report.type)}</Fact>}
        {report.reportedAt && <Fact label={t('reported')}>{dateTime(report.reportedAt)}</Fact>}
        {report.campaign && <Fact label={t('campaign')}><a href={href('campaigns', report.campaign)}>{report.campaignName}</a></Fact>}
        {report.sentTo && <Fact label={t('sent_to')}>{report.sentTo}</Fact>}
        {report.reason && <Fact label={t('reason')}>{reasonName(tables, report.reason)}</Fact>}
        {details.map(([name, value]) => <Fact key={name} label={word('answer', name)}>{name === 'consent' && Array.isArray(value) ? value.map((each) => word('consent', said(each))).join(' · ') : said(value)}</Fact>)}
        {report.payments?.map((each) => (
          <Fact key={each.number} label={t('payment_n', { n: number(each.number) })}>{Object.values(each.said ?? {}).map(said).join(' · ')}{' '}
            {each.verifiedAt && <Badge group="payment" value="verified" />}</Fact>))}
      </dl>
    </section>
  );
}

/** How to reach whoever sent it stands apart, and asking for it says why. */
function Reach({ id }: { id: string }) {
  const [contact, setContact] = useState<ReportContact | null>(null);
  const [trouble, setTrouble] = useState<Error | null>(null);

  return (
    <section class="card" aria-label={t('reporter')}><h2>{t('reporter')}</h2>
      {contact ? <dl class="facts"><Fact label={contact.way || t('reporter_way')}>{contact.value}</Fact>{contact.hours && <Fact label={t('hours')}>{contact.hours}</Fact>}</dl>
        : <><p class="quiet">{t('reporter_apart')}</p><p class="acts"><button type="button" onClick={() => { get<ReportContact>(`/reports/${id}/contact`).then(setContact, setTrouble); }}>{t('reporter_show')}</button></p></>}
      {trouble && <Failed error={trouble} />}
    </section>
  );
}

/** To which partners it was given, and whether they know that it was taken back. */
function Given({ rows, tables }: { rows: Referral[] | undefined; tables: PublicTables | null }) {
  if (!rows?.length) return null;
  return (
    <section class="card" aria-label={t('given_reports')}><h2>{t('given_reports')}</h2>
      <ul class="desk-list">{rows.map((each) => (
        <li key={each.id}><a href={href('referrals', each.id)}>{authorityName(tables, each)}</a> <Badge group="referral" value={shownState(each)} />
          <span class="beneath">{dateTime(each.sentAt)}</span><Standing row={each} /></li>))}</ul>
    </section>
  );
}

export function ReportView({ id, back }: { id: string; back: string }) {
  const { data: report, error, again } = useData<Report>(`/reports/${id}`, ['report']);
  const tables = useTables();

  if (error && !report) return <div class="entry"><p class="back"><a href={back}>← {t('reports')}</a></p><h1>{t('report')}</h1><Failed error={error} again={again} /></div>;
  if (!report) return <div class="entry"><Waiting /></div>;
  const payments = (report.payments ?? []).filter((each) => !each.verifiedAt).map((each) => ({ value: String(each.number), text: Object.values(each.said ?? {}).map(said).join(' · ') || String(each.number) }));
  return (
    <article class="entry">
      <header class="entry-head">
        <p class="back"><a href={back}>← {t('reports')}</a></p>
        <h1>{report.names ? <Identifier x={report.names} /> : typeName(tables, report.type) || t('report_tip')}</h1>
        <p class="badges"><Priority value={report.priority} /><Badge group="report" value={report.state} /></p>
        <p class="quiet">{dateTime(report.receivedAt)}{report.together > 1 && <> · <a href={`${href('reports')}?cluster=${report.cluster}`}>{plural('together_n', report.together)}</a></>}</p>
      </header>
      <div class="entry-body">
        <div class="stack">
          {report.said && <section class="card" aria-label={t('what_was_said')}><h2>{t('what_was_said')}</h2><p class="text" lang={report.language ?? 'und'}>{report.said}</p></section>}
          <Names report={report} />
          <Found report={report} done={again} />
          <Details report={report} tables={tables} />
          <Evidence path={`/reports/${id}`} rows={report.evidence} original="report.original" version={report.version} done={again} />
          <Story rows={report.story} />
        </div>
        <aside class="stack">
          <DeskActs path="/reports" row={report} asks={asks} payments={payments} main={['read']} elsewhere={['found-confirm', 'found-reject']} waits={t('report_waits')} done={again} />
          <Given rows={report.referrals} tables={tables} />
          {report.contact && mayDo('report.contact') && <Reach id={id} />}
        </aside>
      </div>
    </article>
  );
}
