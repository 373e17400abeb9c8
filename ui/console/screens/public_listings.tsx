// What the public is told of numbers, accounts, addresses: reported by rules, confirmed by two officers.
import { useState } from 'preact/hooks';
import { Badge } from '../../kit/badge';
import { When } from '../../kit/clock';
import { Dialog } from '../../kit/dialog';
import { Area, Choice, Field, Form } from '../../kit/form';
import { countries, country, number, plural, t, word } from '../../kit/i18n';
import { Name } from '../../kit/name';
import { Failed, Waiting } from '../../kit/state';
import { Table, type Column } from '../../kit/table';
import { date, dateTime } from '../../kit/time';
import { toast } from '../../kit/toast';
import { post } from '../api/client';
import type { PublicListing } from '../api/types';
import { useData, useList } from '../data';
import { go, href, place } from '../router';
import { mayDo } from '../session';
import { DeskActs } from './desk_acts';
import { Fact } from './entry_about';
import { Identifier, named, reasonName, shownOf, Story, useTables } from './public_parts';

const types = ['phone', 'url', 'bank', 'handle', 'wallet'];

const columns = (): Column<PublicListing>[] => [
  { key: 'x', label: t('identifier'), kind: 'main', show: (row) => <a href={href('listings', row.id)}><Identifier x={row.x} /></a> },
  { key: 'verdict', label: t('verdict'), kind: 'state', show: (row) => <Badge group="verdict" value={row.verdict} /> },
  { key: 'state', label: t('state'), show: (row) => <><Badge group="listing" value={row.state} />{row.hiddenUntil && <Badge group="listing" value="hidden" />}</> },
  { key: 'reports', label: t('independent'), kind: 'number', show: (row) => row.verdict === 'reported' && number(row.reports) },
  { key: 'since', label: t('since'), kind: 'short', show: (row) => <When at={row.proposedAt} /> },
  { key: 'ends', label: t('ends'), kind: 'short', show: (row) => row.state === 'in-force' && (row.expiresAt ? date(row.expiresAt) : t('never')) },
];

function Propose({ x, close }: { x: string | undefined; close: () => void }) {
  const tables = useTables();
  return (
    <Dialog title={t('listing_propose')} onClose={close}>
      <p class="quiet">{t('listing_propose_what')}</p>
      <Form label={t('listing_propose')} submit={t('propose')} onCancel={close} send={async (answers) => {
        const made = await post<PublicListing>('/public-listings', { identifier: { type: answers['type'], value: answers['value'], ...(answers['country'] ? { country: answers['country'] } : {}),
          ...(answers['bank'] ? { bank: answers['bank'] } : {}) }, authority: Number(answers['authority']), note: answers['note'] });
        toast(t('proposed'));
        close();
        go(href('listings', made.id));
      }}>
        <div class="fields">
          <Choice name="type" label={t('identifier_type')} required value={x?.slice(0, x.indexOf('|'))} options={types.map((value) => ({ value, text: word('identifier', value) }))} />
          <Field name="value" label={t('identifier')} required maxLength={400} value={x ? shownOf(x) : undefined} />
          <Choice name="country" label={t('country')} none={t('choose')} options={countries()} />
          <Field name="bank" label={t('bank')} maxLength={80} />
        </div>
        <Choice name="authority" label={t('authority')} required none={t('choose')} options={(tables?.authorities ?? []).map((each) => ({ value: String(each.number), text: `${country(each.country)}: ${named(each.name)}` }))} />
        <Area name="note" label={t('grounds')} required rows={3} maxLength={4000} />
      </Form>
    </Dialog>
  );
}

function One({ id }: { id: string }) {
  const { data, error, again } = useData<PublicListing>(`/public-listings/${id}`, ['public-listing']);
  const tables = useTables();

  if (error && !data) return <section class="page"><h1>{t('listing')}</h1><Failed error={error} again={again} /></section>;
  if (!data) return <section class="page"><Waiting /></section>;
  const authority = tables?.authorities.find((each) => each.number === data.authority);
  return (
    <section class="page">
      <p class="back"><a href={href('listings')}>← {t('listings')}</a></p>
      <header class="entry-head"><h1><Identifier x={data.x} /></h1>
        <p class="badges"><Badge group="verdict" value={data.verdict} /><Badge group="listing" value={data.state} />{data.hiddenUntil && <Badge group="listing" value="hidden" />}</p></header>
      <div class="two">
        <div class="stack">
          <section class="card" aria-label={t('listing')}><dl class="facts">
            <Fact label={t('basis')}>{word('listing-basis', data.basis)}{data.verdict === 'reported' && ` · ${plural('independent_n', data.reports)}`}</Fact>
            {authority && <Fact label={t('authority')}>{country(authority.country)}: {named(authority.name)}</Fact>}
            {data.note && <Fact label={t('grounds')}>{data.note}</Fact>}
            {data.proposedByName && <Fact label={t('proposed_by')}><Name text={data.proposedByName} /></Fact>}
            {data.confirmedByName && <Fact label={t('confirmed_by')}><Name text={data.confirmedByName} /></Fact>}
            <Fact label={t('listing_last')}>{dateTime(data.lastAt)}</Fact>
            {data.state === 'in-force' && <Fact label={t('ends')}>{data.expiresAt ? date(data.expiresAt) : t('never')}</Fact>}
            {data.hiddenUntil && <Fact label={t('hidden_until')}>{dateTime(data.hiddenUntil)}</Fact>}
            {data.endReason && <Fact label={t('reason')}>{reasonName(tables, data.endReason)}</Fact>}
          </dl>
          {mayDo('report.read') && <p><a href={`${href('reports')}?identifier=${encodeURIComponent(data.x)}`}>{t('listing_reports')}</a></p>}</section>
          <Story rows={data.story} />
        </div>
        <aside class="stack"><DeskActs path="/public-listings" row={data} asks={{ confirm: [], decline: [], end: [{ reason: 'end' }], dead: [] }} main={['confirm']}
          waits={data.state === 'proposed' ? t('listing_second') : t('listing_stands')} done={again} /></aside>
      </div>
    </section>
  );
}

export function PublicListings({ id }: { id: string | undefined }) {
  const propose = place.value.query.get('propose') ?? undefined;
  const { data, error, again, more } = useList<PublicListing>(id ? null : '/public-listings', ['public-listing']);
  const [open, setOpen] = useState(propose !== undefined);

  if (id) return <One key={id} id={id} />;
  return (
    <section class="page">
      <div class="page-head"><div><h1>{t('listings')}</h1><p>{t('listings_what')}</p></div>
        {mayDo('listing.propose') && <button type="button" class="main" onClick={() => setOpen(true)}>{t('listing_propose')}</button>}</div>
      <Table label={t('listings')} columns={columns()} rows={data?.items ?? null} id={(row) => row.id} error={error} again={again} total={data?.total} more={more} empty={t('listings_empty')} />
      {open && <Propose x={propose} close={() => setOpen(false)} />}
    </section>
  );
}
