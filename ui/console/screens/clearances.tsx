// Travellers who are not the listed person; two people decide it, and it travels with the list.
import { useState } from 'preact/hooks';
import { Badge } from '../../kit/badge';
import { Dialog } from '../../kit/dialog';
import { FileDrop } from '../../kit/drop';
import { Area, Choice, Field, Form, Tick } from '../../kit/form';
import { countries, t, word } from '../../kit/i18n';
import { FullName, Name } from '../../kit/name';
import { Failed, Waiting } from '../../kit/state';
import { Table, type Column } from '../../kit/table';
import { date } from '../../kit/time';
import { toast } from '../../kit/toast';
import { post } from '../api/client';
import type { Clearance } from '../api/types';
import { useData, useList } from '../data';
import { go, href, place } from '../router';
import { mayDo } from '../session';
import { Fact } from './entry_about';
import { EntryPicker } from './entry_picker';

const reasons = ['consent-withdrawn', 'mistake', 'other'];

const nameOf = (row: Clearance): string => row.person?.properties?.['name']?.[0] ?? '';

const columns = (): Column<Clearance>[] => [
  { key: 'name', label: t('traveller'), kind: 'main', show: (row) => <a href={href('clearances', row.id)}><FullName text={nameOf(row)} reading={row.person?.properties?.['name']?.[1]} /></a> },
  { key: 'not', label: t('is_not'), show: (row) => <a href={href('entries', row.entry)}><Name text={row.entryName ?? row.entry.slice(0, 8)} /></a> },
  { key: 'state', label: t('state'), show: (row) => <Badge group="clearance" value={row.state} /> },
  { key: 'by', label: t('proposed_by'), show: (row) => row.proposedByName },
  { key: 'confirmed', label: t('confirmed_by'), show: (row) => row.confirmedByName },
  { key: 'ends', label: t('ends'), kind: 'short', show: (row) => date(row.expiresAt) },
];

const photoMax = 2 * 1024 * 1024;

/** As a data: address, to be shown before it is sent. */
async function photoOf(file: File): Promise<string> {
  if (!/^image\/(jpeg|png|webp)$/.test(file.type) || file.size > photoMax) throw new Error(t('photo_wrong'));
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(new Error(t('photo_wrong')));
    reader.readAsDataURL(file);
  });
}

function Propose({ entry, close }: { entry: string | undefined; close: () => void }) {
  const [photo, setPhoto] = useState('');
  const [trouble, setTrouble] = useState<Error | null>(null);
  const take = (file: File): void => { photoOf(file).then((read) => { setPhoto(read); setTrouble(null); }, setTrouble); };

  return (
    <Dialog title={t('propose_clearance')} onClose={close}>
      <p class="quiet">{t('clearance_what')}</p>
      <Form label={t('propose_clearance')} submit={t('propose')} onCancel={close} send={async (answers) => {
        const properties: Record<string, string[]> = { name: [answers['name'] ?? ''], passportNumber: [answers['document'] ?? ''] };
        if (answers['birthDate']) properties['birthDate'] = [answers['birthDate']];
        if (answers['nationality']) properties['nationality'] = [answers['nationality']];
        const made = await post<Clearance>('/clearances', { entry: answers['entry'], person: { schema: 'Person', properties }, consent: answers['consent'] === 'yes',
          ...(answers['text'] ? { text: answers['text'] } : {}), ...(photo ? { photo: photo.slice(photo.indexOf(',') + 1) } : {}), ...(answers['ends'] ? { expiresAt: `${answers['ends']}T00:00:00Z` } : {}) });
        toast(t('proposed'));
        go(href('clearances', made.id));
        close();
      }}>
        <EntryPicker id={entry} />
        <div class="fields">
          <Field name="name" label={t('name')} required maxLength={200} />
          <Field name="birthDate" label={t('birth')} hint={t('birth_hint')} required pattern="[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?" />
          <Field name="document" label={t('document')} required maxLength={40} />
          <Choice name="nationality" label={t('nationality')} required none={t('choose')} options={countries()} />
          <Field name="ends" label={t('ends')} type="date" />
        </div>
        <Area name="text" label={t('grounds')} required rows={3} maxLength={2000} />
        <FileDrop label={t('photo')} hint={t('photo_hint')} accept=".jpg,.jpeg,.png,.webp" busy={false} take={take} />
        {trouble && <Failed error={trouble} />}
        {photo && <p class="acts"><img class="photo" src={photo} alt={t('photo')} width="120" /><button type="button" class="plain" onClick={() => setPhoto('')}>{t('take_away')}</button></p>}
        <Tick name="consent" label={t('consent')} hint={t('consent_hint')} />
      </Form>
    </Dialog>
  );
}

function One({ id }: { id: string }) {
  const { data, error, again } = useData<Clearance>(`/clearances/${id}`, ['clearance']);
  const act = async (name: string, reason: string): Promise<void> => {
    await post(`/clearances/${id}/acts/${name}`, reason ? { reason } : {}, { version: data?.version });
    toast(word('done', name));
    again();
  };
  const acts = data?.acts?.map((each) => each.act) ?? (data?.state === 'proposed' ? (mayDo('clearance.confirm') ? ['confirm'] : []) : data?.state === 'in-force' && mayDo('clearance.end') ? ['end'] : []);

  if (error && !data) return <section class="page"><h1>{t('clearance')}</h1><Failed error={error} again={again} /></section>;
  if (!data) return <section class="page"><Waiting /></section>;
  return (
    <section class="page narrow">
      <p class="back"><a href={href('clearances')}>← {t('clearances')}</a></p>
      <header class="entry-head"><h1><Name text={nameOf(data)} /></h1><p class="badges"><Badge group="clearance" value={data.state} /></p></header>
      <section class="card" aria-label={t('clearance')}>
        {data.photo && <img class="photo" src={data.photo} alt={t('traveller')} width="160" />}
        <dl class="facts">
          <Fact label={t('is_not')}><a href={href('entries', data.entry)}><Name text={data.entryName ?? data.entry} /></a></Fact>
          {Object.entries(data.person?.properties ?? {}).map(([name, values]) => <Fact key={name} label={word('property', name)}>{values?.map((each) => <Name key={each} text={each} />)}</Fact>)}
          <Fact label={t('consent')}>{data.consent ? t('yes') : t('no')}</Fact>
          <Fact label={t('proposed_by')}>{data.proposedByName}</Fact>
          {data.confirmedBy && <Fact label={t('confirmed_by')}>{data.confirmedByName}</Fact>}
          {data.hit && mayDo('hit.read') && <Fact label={t('clearance_from')}><a href={href('hits', data.hit)}>{t('hit')}</a></Fact>}
          {data.endReason && <Fact label={t('reason')}>{word('clearance-reason', data.endReason)}</Fact>}
          {data.text && <Fact label={t('grounds')}>{data.text}</Fact>}
          {data.expiresAt && <Fact label={t('ends')}>{date(data.expiresAt)}</Fact>}
        </dl>
      </section>
      {acts.map((name) => (
        <section class="card next" key={name}><h2>{word('act', `clearance-${name}`)}</h2>
          <Form label={word('act', `clearance-${name}`)} submit={word('act', `clearance-${name}`)} send={(answers) => act(name, answers['reason'] ?? '')}>
            {name === 'end' && <Choice name="reason" label={t('reason')} required options={reasons.map((value) => ({ value, text: word('clearance-reason', value) }))} />}
          </Form></section>
      ))}
    </section>
  );
}

export function Clearances({ id }: { id: string | undefined }) {
  const { data, error, again, more } = useList<Clearance>(id ? null : '/clearances', ['clearance']);
  const entry = place.value.query.get('entry') ?? undefined;
  const [open, setOpen] = useState(entry !== undefined);

  if (id) return <One id={id} />;
  return (
    <section class="page">
      <div class="page-head"><div><h1>{t('clearances')}</h1><p>{t('clearances_what')}</p></div>
        {mayDo('clearance.create') && <button type="button" class="main" onClick={() => setOpen(true)}>{t('propose_clearance')}</button>}</div>
      <Table label={t('clearances')} columns={columns()} rows={data?.items ?? null} id={(row) => row.id} error={error} again={again} more={more} total={data?.total} empty={t('clearances_empty')} />
      {open && <Propose entry={entry} close={() => setOpen(false)} />}
    </section>
  );
}
