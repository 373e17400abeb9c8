// Countries that take part and their agencies; the host's administrators add them.
import { useState } from 'preact/hooks';
import { Dialog } from '../../kit/dialog';
import { Choice, Field, Form } from '../../kit/form';
import { countries as listOfCountries, country, t } from '../../kit/i18n';
import { Table } from '../../kit/table';
import { toast } from '../../kit/toast';
import { post } from '../api/client';
import type { Agency, Country, List } from '../api/types';
import { useData } from '../data';
import { mayDo } from '../session';
import { FirstPassword } from './people';

function NewAgency({ countries, close, done }: { countries: Country[]; close: () => void; done: () => void }) {
  return (
    <Dialog title={t('new_agency')} onClose={close}>
      <Form label={t('new_agency')} submit={t('create')} onCancel={close} send={async (answers) => {
        await post('/agencies', { name: answers['name'], country: answers['country'] });
        toast(t('saved'));
        done();
        close();
      }}>
        <Field name="name" label={t('name')} required maxLength={100} autoFocus />
        <Choice name="country" label={t('country')} required none={t('choose')} options={countries.map((each) => ({ value: each.code, text: country(each.code) }))} />
      </Form>
    </Dialog>
  );
}

/** A country joins with its first administrator, who makes its other people. */
function NewCountry({ close, done }: { close: () => void; done: () => void }) {
  const [made, setMade] = useState<{ login: string; password: string } | null>(null);

  return (
    <Dialog title={t('new_country')} onClose={close}>
      {made ? <FirstPassword {...made} close={close} /> : (
        <Form label={t('new_country')} submit={t('create')} onCancel={close} send={async (answers) => {
          const answer = await post<{ password: string }>('/countries', { code: answers['code'], name: answers['name'], agency: answers['agency'],
            administrator: { name: answers['person'], login: answers['login'] } });
          setMade({ login: answers['login'] ?? '', password: answer.password });
          done();
        }}>
          <div class="fields">
            <Choice name="code" label={t('country')} required none={t('choose')} options={listOfCountries()} />
            <Field name="name" label={t('name')} required maxLength={100} />
          </div>
          <Field name="agency" label={t('agency')} required maxLength={100} />
          <div class="fields">
            <Field name="person" label={t('first_administrator')} required maxLength={100} />
            <Field name="login" label={t('login')} required maxLength={60} autoComplete="off" />
          </div>
        </Form>
      )}
    </Dialog>
  );
}

export function Members() {
  const countries = useData<List<Country>>('/countries', []);
  const agencies = useData<List<Agency>>('/agencies', []);
  const [open, setOpen] = useState<'country' | 'agency' | null>(null);

  return (
    <section class="stack" aria-label={t('members')}>
      <div class="page-head"><h2>{t('members')}</h2>
        <div class="acts">
          {mayDo('country.change') && <button type="button" onClick={() => setOpen('country')}>{t('new_country')}</button>}
          {mayDo('agency.change') && <button type="button" onClick={() => setOpen('agency')}>{t('new_agency')}</button>}
        </div></div>
      <Table label={t('members')} rows={agencies.data?.items ?? null} id={(row) => row.id} error={agencies.error} again={agencies.again} empty="" columns={[
        { key: 'name', label: t('agency'), kind: 'main', show: (row) => row.name },
        { key: 'country', label: t('country'), show: (row) => country(row.country) },
      ]} />
      {open === 'country' && <NewCountry close={() => setOpen(null)} done={() => { countries.again(); agencies.again(); }} />}
      {open === 'agency' && <NewAgency countries={countries.data?.items ?? []} close={() => setOpen(null)} done={agencies.again} />}
    </section>
  );
}
