// Campaigns: reports that an analyst says belong together.
import { useState } from 'preact/hooks';
import { Badge } from '../../kit/badge';
import { When } from '../../kit/clock';
import { Dialog } from '../../kit/dialog';
import { Area, Field, Form } from '../../kit/form';
import { number, plural, t, word } from '../../kit/i18n';
import { Name } from '../../kit/name';
import { Failed, Waiting } from '../../kit/state';
import { Table, type Column } from '../../kit/table';
import { date } from '../../kit/time';
import { toast } from '../../kit/toast';
import { get, post } from '../api/client';
import type { Campaign, Report } from '../api/types';
import { useData, useList } from '../data';
import { go, href, place } from '../router';
import { mayDo } from '../session';
import { DeskActs } from './desk_acts';
import { Fact } from './entry_about';
import { Story, useTables } from './public_parts';
import { reportColumns } from './reports';

const columns = (): Column<Campaign>[] => [
  { key: 'name', label: t('name'), kind: 'main', show: (row) => <a href={href('campaigns', row.id)}>{row.name}</a> },
  { key: 'number', label: t('number'), kind: 'number', show: (row) => number(row.number) },
  { key: 'reports', label: t('reports'), kind: 'number', show: (row) => number(row.reports) },
  { key: 'state', label: t('state'), kind: 'state', show: (row) => <Badge group="campaign" value={row.state} /> },
  { key: 'last', label: t('campaign_last'), kind: 'short', show: (row) => <When at={row.lastAt} /> },
];

/** A new one, of a cluster that the machine proposed or of none; or the cluster into one that is there. */
function Begin({ cluster, to, close }: { cluster: string | undefined; to: string | undefined; close: () => void }) {
  const link = cluster ? { cluster } : {};
  const done = (made: Campaign): void => { toast(t('campaign_made')); close(); go(href('campaigns', made.id)); };

  return (
    <Dialog title={to ? t('campaign_link') : t('campaign_new')} onClose={close}>
      <p class="quiet">{t('campaign_name_told')}</p>
      <Form label={t('campaign_new')} submit={to ? t('campaign_link') : t('create')} onCancel={close} send={async (answers) => {
        if (to) done(await post<Campaign>(`/campaigns/${to}/acts/link`, link, { version: (await get<Campaign>(`/campaigns/${to}`)).version }));
        else done(await post<Campaign>('/campaigns', { name: answers['name'], ...(answers['about'] ? { about: answers['about'] } : {}), ...link }));
      }}>
        {!to && <><Field name="name" label={t('name')} required maxLength={60} autoFocus /><Area name="about" label={t('campaign_about')} rows={3} maxLength={1000} /></>}
      </Form>
    </Dialog>
  );
}

function One({ id }: { id: string }) {
  const { data, error, again } = useData<Campaign>(`/campaigns/${id}`, ['campaign']);
  const reports = useList<Report>(mayDo('report.read') ? '/reports' : null, ['report'], { campaign: id });
  const tables = useTables();

  if (error && !data) return <section class="page"><h1>{t('campaign')}</h1><Failed error={error} again={again} /></section>;
  if (!data) return <section class="page"><Waiting /></section>;
  const shown = { ...data, acts: (data.acts ?? []).filter((each) => each.act === 'close' || each.act === 'reopen') };
  return (
    <section class="page">
      <p class="back"><a href={href('campaigns')}>← {t('campaigns')}</a></p>
      <header class="entry-head"><h1>{data.name}</h1><p class="badges"><Badge group="campaign" value={data.state} /></p></header>
      <div class="two">
        <div class="stack">
          <section class="card" aria-label={t('campaign')}><dl class="facts">
            <Fact label={t('number')}>{number(data.number)}</Fact>
            <Fact label={t('reports')}>{plural('reports_n', data.reports)}</Fact>
            {data.firstAt && <Fact label={t('campaign_when')}>{date(data.firstAt)} – {date(data.lastAt)}</Fact>}
            {data.about && <Fact label={t('campaign_about')}>{data.about}</Fact>}
            {data.createdByName && <Fact label={word('desk-act', 'begin')}><Name text={data.createdByName} /></Fact>}
          </dl></section>
          {reports.data && <Table label={t('reports')} columns={reportColumns(tables)} rows={reports.data.items} id={(row) => row.id} total={reports.data.total} more={reports.more} empty={t('reports_empty')} />}
          <Story rows={data.story} />
        </div>
        <aside class="stack"><DeskActs path="/campaigns" row={shown} asks={{ close: [], reopen: [] }} waits={t('campaign_waits')} done={again} /></aside>
      </div>
    </section>
  );
}

export function Campaigns({ id }: { id: string | undefined }) {
  const query = place.value.query;
  const cluster = query.get('cluster') ?? undefined;
  const { data, error, again, more } = useList<Campaign>(id ? null : '/campaigns', ['campaign']);
  const [open, setOpen] = useState(cluster !== undefined);

  if (id) return <One key={id} id={id} />;
  return (
    <section class="page">
      <div class="page-head"><div><h1>{t('campaigns')}</h1><p>{t('campaigns_what')}</p></div>
        {mayDo('campaign.change') && <button type="button" class="main" onClick={() => setOpen(true)}>{t('campaign_new')}</button>}</div>
      <Table label={t('campaigns')} columns={columns()} rows={data?.items ?? null} id={(row) => row.id} error={error} again={again} total={data?.total} more={more} empty={t('campaigns_empty')} />
      {open && <Begin cluster={cluster} to={query.get('to') ?? undefined} close={() => setOpen(false)} />}
    </section>
  );
}
