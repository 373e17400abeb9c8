// Alerts to the public: one officer writes, another releases; what went out is followed by another, never written over.
import { useState } from 'preact/hooks';
import { Badge } from '../../kit/badge';
import { When } from '../../kit/clock';
import { country, language, languageNames, number, t, word } from '../../kit/i18n';
import { Name } from '../../kit/name';
import { Failed, Waiting } from '../../kit/state';
import { Table, type Column } from '../../kit/table';
import { dateTime } from '../../kit/time';
import type { PublicAlert } from '../api/types';
import { useData, useList } from '../data';
import { href } from '../router';
import { mayDo } from '../session';
import { WriteAlert } from './alert_new';
import { AlertCard, writtenIn } from './alert_view';
import { DeskActs } from './desk_acts';
import { Fact } from './entry_about';
import { Story } from './public_parts';

const titleOf = (alert: PublicAlert): string => alert.title[language.value] ?? alert.title.en ?? writtenIn(alert).map((each) => alert.title[each])[0] ?? '';

function stateOf(alert: PublicAlert): string {
  if (alert.state !== 'released') return alert.state;
  if (alert.kind === 'cancel' || alert.replacedByKind === 'cancel') return 'withdrawn';
  if (alert.replacedBy) return 'replaced';
  return alert.expires && new Date(alert.expires).getTime() < Date.now() ? 'expired' : 'in-force';
}

const Badges = ({ alert }: { alert: PublicAlert }) => (
  <><Badge group="alert-state" value={stateOf(alert)} />{alert.exercise && <Badge group="alert-state" value="exercise" />}</>);

const columns = (): Column<PublicAlert>[] => [
  { key: 'title', label: t('alert_title'), kind: 'main', show: (row) => <><a href={href('alerts', row.id)}>{titleOf(row)}</a>
    <span class="beneath">{writtenIn(row).map((each) => languageNames[each]).join(' · ')}</span></> },
  { key: 'number', label: t('number'), kind: 'number', show: (row) => (row.number ? number(row.number) : '') },
  { key: 'kind', label: t('contact_kind'), show: (row) => word('alert-kind', row.kind) },
  { key: 'state', label: t('state'), kind: 'state', show: (row) => <Badges alert={row} /> },
  { key: 'at', label: t('alert_time'), kind: 'short', show: (row) => (row.releasedAt ? <When at={row.releasedAt} /> : '') },
];

function Facts({ alert }: { alert: PublicAlert }) {
  return (
    <section class="card" aria-label={t('public_alert')}><dl class="facts">
      {alert.number && <Fact label={t('number')}>{number(alert.number)}</Fact>}
      <Fact label={t('contact_kind')}>{word('alert-kind', alert.kind)}</Fact>
      {alert.refers && <Fact label={t('alert_replaces')}><a href={href('alerts', alert.refers)}>{t('alert_number', { n: number(alert.refersNumber ?? 0) })}</a></Fact>}
      {alert.replacedBy && <Fact label={t('alert_followed')}><a href={href('alerts', alert.replacedBy)}>{t('alert_number', { n: number(alert.replacedByNumber ?? 0) })}</a></Fact>}
      {alert.severity && <Fact label={t('alert_severity')}>{word('alert-severity', alert.severity)}</Fact>}
      {alert.urgency && <Fact label={t('alert_urgency')}>{word('alert-urgency', alert.urgency)}</Fact>}
      {alert.certainty && <Fact label={t('alert_certainty')}>{word('alert-certainty', alert.certainty)}</Fact>}
      {alert.countries.length > 0 && <Fact label={t('alert_countries')}>{alert.countries.map(country).join(', ')}</Fact>}
      {alert.channels.length > 0 && <Fact label={t('alert_channels')}>{alert.channels.map((each) => word('alert-channel', each)).join(', ')}</Fact>}
      {alert.expires && <Fact label={t('alert_expires')}>{dateTime(alert.expires)}</Fact>}
      {alert.campaign && <Fact label={t('campaign')}>{mayDo('campaign.read') ? <a href={href('campaigns', alert.campaign)}>{alert.campaignName}</a> : alert.campaignName}</Fact>}
      {alert.proposedByName && <Fact label={t('proposed_by')}><Name text={alert.proposedByName} /></Fact>}
      {alert.releasedByName && <Fact label={t('alert_released_by')}><Name text={alert.releasedByName} /></Fact>}
      {alert.state === 'released' && <Fact label={t('alert_drawn')}>{alert.drawn?.length ? <span class="figures">{alert.drawn.join(' · ')}</span> : t('alert_drawn_none')}</Fact>}
    </dl></section>
  );
}

function One({ id }: { id: string }) {
  const { data, error, again } = useData<PublicAlert>(`/public-alerts/${id}`, ['public-alert', 'public']);
  const [writing, setWriting] = useState<'update' | 'cancel' | null>(null);

  if (error && !data) return <section class="page"><h1>{t('public_alert')}</h1><Failed error={error} again={again} /></section>;
  if (!data) return <section class="page"><Waiting /></section>;
  const may = (act: string): boolean => data.acts?.some((each) => each.act === act) ?? false;
  return (
    <section class="page">
      <p class="back"><a href={href('alerts')}>← {t('public_alerts')}</a></p>
      <header class="entry-head"><h1>{titleOf(data)}</h1><p class="badges"><Badges alert={data} /></p></header>
      <div class="two">
        <div class="stack">
          <section class="card" aria-label={t('alert_preview')}><h2>{t('alert_preview')}</h2>{writtenIn(data).map((each) => <AlertCard key={each} alert={data} language={each} />)}</section>
          <Story rows={data.story} />
        </div>
        <aside class="stack">
          {data.state === 'proposed' ? <DeskActs path="/public-alerts" row={data} asks={{ release: [], decline: ['note'] }} main={['release']} waits={t('alert_second')} done={again} />
            : <section class="card next" aria-label={t('what_next')}><h2>{t('what_next')}</h2><p class="quiet">{may('update') ? t('alert_stands') : t('nothing_to_do')}</p>
              {may('update') && <div class="acts"><button type="button" class="main" onClick={() => setWriting('update')}>{t('alert_update')}</button>
                <button type="button" onClick={() => setWriting('cancel')}>{t('alert_cancel')}</button></div>}</section>}
          <Facts alert={data} />
        </aside>
      </div>
      {writing && <WriteAlert from={data} cancel={writing === 'cancel'} close={() => setWriting(null)} />}
    </section>
  );
}

export function Alerts({ id }: { id: string | undefined }) {
  const { data, error, again, more } = useList<PublicAlert>(id ? null : '/public-alerts', ['public-alert']);
  const [open, setOpen] = useState(false);

  if (id) return <One key={id} id={id} />;
  return (
    <section class="page">
      <div class="page-head"><div><h1>{t('public_alerts')}</h1><p>{t('public_alerts_what')}</p></div>
        {mayDo('alert.propose') && <button type="button" class="main" onClick={() => setOpen(true)}>{t('alert_new')}</button>}</div>
      <Table label={t('public_alerts')} columns={columns()} rows={data?.items ?? null} id={(row) => row.id} error={error} again={again} total={data?.total} more={more} empty={t('public_alerts_empty')} />
      {open && <WriteAlert close={() => setOpen(false)} />}
    </section>
  );
}
