// Official contacts: shown to the public, and never listed. One enters, another confirms.
import { useState } from 'preact/hooks';
import { Badge } from '../../kit/badge';
import { country, t, word } from '../../kit/i18n';
import { Name } from '../../kit/name';
import { Failed, Waiting } from '../../kit/state';
import { Table, type Column } from '../../kit/table';
import { date } from '../../kit/time';
import type { Contact } from '../api/types';
import { useData, useList } from '../data';
import { href } from '../router';
import { mayDo } from '../session';
import { NewContact } from './contact_new';
import { DeskActs } from './desk_acts';
import { Fact } from './entry_about';
import { named, Story } from './public_parts';

const columns = (): Column<Contact>[] => [
  { key: 'name', label: t('name'), kind: 'main', show: (row) => <><a href={href('contacts', row.id)}>{named(row.name)}</a>
    <span class="beneath">{row.values.map((each) => each.value).join(' · ')}</span></> },
  { key: 'country', label: t('country'), show: (row) => country(row.country) },
  { key: 'kind', label: t('contact_kind'), show: (row) => word('contact-kind', row.kind) },
  { key: 'state', label: t('state'), kind: 'state', show: (row) => <><Badge group="listing" value={row.state} />{!row.shown && <Badge group="contact" value="unshown" />}</> },
  { key: 'checked', label: t('checked'), kind: 'short', show: (row) => date(row.checked) },
];

function One({ id }: { id: string }) {
  const { data, error, again } = useData<Contact>(`/contacts/${id}`, ['contact']);

  if (error && !data) return <section class="page"><h1>{t('contact')}</h1><Failed error={error} again={again} /></section>;
  if (!data) return <section class="page"><Waiting /></section>;
  return (
    <section class="page">
      <p class="back"><a href={href('contacts')}>← {t('contacts')}</a></p>
      <header class="entry-head"><h1>{named(data.name)}</h1><p class="badges"><Badge group="listing" value={data.state} />{!data.shown && <Badge group="contact" value="unshown" />}</p></header>
      <div class="two">
        <div class="stack">
          <section class="card" aria-label={t('contact')}><dl class="facts">
            {data.values.map((each) => <Fact key={each.value} label={word('contact-value', each.type)}><bdi class="figures">{each.value}</bdi></Fact>)}
            <Fact label={t('country')}>{country(data.country)}</Fact>
            <Fact label={t('contact_kind')}>{word('contact-kind', data.kind)}</Fact>
            {data.serves && <Fact label={t('contact_serves')}>{data.serves.split('|').map((each) => word('contact-serves', each)).join(', ')}</Fact>}
            {data.hours && <Fact label={t('hours')}>{data.hours === '24' ? t('around_the_clock') : data.hours}</Fact>}
            <Fact label={t('checked')}>{date(data.checked)}</Fact>
            <Fact label={t('source')}>{data.source}</Fact>
            {data.note && <Fact label={t('note')}>{data.note}</Fact>}
            {data.proposedByName && <Fact label={t('proposed_by')}><Name text={data.proposedByName} /></Fact>}
            {data.confirmedByName && <Fact label={t('confirmed_by')}><Name text={data.confirmedByName} /></Fact>}
            {data.shipped && <Fact label={t('proposed_by')}>{t('contact_shipped')}</Fact>}
          </dl></section>
          <Story rows={data.story} />
        </div>
        <aside class="stack"><DeskActs path="/contacts" row={data} asks={{ confirm: [], decline: ['note'], end: ['note!'] }} main={['confirm']}
          waits={data.state === 'proposed' ? t('contact_second') : t('contact_stands')} done={again} /></aside>
      </div>
    </section>
  );
}

export function Contacts({ id }: { id: string | undefined }) {
  const { data, error, again, more } = useList<Contact>(id ? null : '/contacts', ['contact']);
  const [open, setOpen] = useState(false);

  if (id) return <One key={id} id={id} />;
  return (
    <section class="page">
      <div class="page-head"><div><h1>{t('contacts')}</h1><p>{t('contacts_what')}</p></div>
        {mayDo('contact.propose') && <button type="button" class="main" onClick={() => setOpen(true)}>{t('contact_new')}</button>}</div>
      <Table label={t('contacts')} columns={columns()} rows={data?.items ?? null} id={(row) => row.id} error={error} again={again} total={data?.total} more={more} empty={t('contacts_empty')} />
      {open && <NewContact close={() => setOpen(false)} />}
    </section>
  );
}
