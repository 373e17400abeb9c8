// Who works here and what they may do.
import { useState } from 'preact/hooks';
import { Badge } from '../../kit/badge';
import { When } from '../../kit/clock';
import { Dialog } from '../../kit/dialog';
import { Choice, Field, Form, Tick } from '../../kit/form';
import { country, t, word } from '../../kit/i18n';
import { Name } from '../../kit/name';
import { Failed, Waiting } from '../../kit/state';
import { Table, type Column } from '../../kit/table';
import { toast } from '../../kit/toast';
import { ask, get, post } from '../api/client';
import type { Agency, List, Person } from '../api/types';
import { useData, useList } from '../data';
import { href } from '../router';
import { mayDo } from '../session';
import { Machines } from './machines';
import { Members } from './members';

export const roles = ['administrator', 'liaison', 'reviewer', 'legal', 'decider', 'duty', 'supervisor', 'redress', 'protection', 'primary', 'secondary', 'analyst', 'investigator', 'auditor', 'operator'];

const columns = (): Column<Person>[] => [
  { key: 'name', label: t('name'), kind: 'main', show: (row) => <a href={href('people', row.id)}><Name text={row.name} /></a> },
  { key: 'login', label: t('login'), show: (row) => row.login },
  { key: 'agency', label: t('agency'), show: (row) => <>{row.agencyName ?? row.agency} <span class="quiet">{country(row.country)}</span></> },
  { key: 'roles', label: t('roles'), show: (row) => row.roles.map((each) => word('role', each)).join(', ') },
  { key: 'state', label: t('state'), show: (row) => <Badge group="person" value={row.state} /> },
  { key: 'seen', label: t('last_seen'), kind: 'short', show: (row) => <When at={row.lastSeen} /> },
];

function RolePicker({ of }: { of: string[] }) {
  return <fieldset><legend>{t('roles')}</legend><div class="roles">{roles.map((each) => <Tick key={each} name={`role-${each}`} label={word('role', each)} checked={of.includes(each)} />)}</div></fieldset>;
}

const chosen = (answers: Record<string, string>): string[] => roles.filter((each) => answers[`role-${each}`] === 'yes');

/** Shown once, to be given by hand. */
export function FirstPassword({ login, password, close }: { login: string; password: string; close: () => void }) {
  return (
    <div class="stack">
      <p>{t('first_password')}</p>
      <dl class="facts"><dt>{t('login')}</dt><dd>{login}</dd><dt>{t('password')}</dt><dd><code class="secret">{password}</code></dd></dl>
      <div class="acts"><button type="button" class="main" onClick={close}>{t('close')}</button></div>
    </div>
  );
}

function Create({ close, done }: { close: () => void; done: () => void }) {
  const { data: agencies } = useData<List<Agency>>('/agencies', []);
  const [made, setMade] = useState<{ login: string; password: string } | null>(null);

  return (
    <Dialog title={t('new_person')} wide onClose={close}>
      {made ? (
        <FirstPassword {...made} close={close} />
      ) : (
        <Form label={t('new_person')} submit={t('create')} onCancel={close} send={async (answers) => {
          const person = await post<Person & { password: string }>('/people', { name: answers['name'], login: answers['login'], agency: answers['agency'], roles: chosen(answers) });
          setMade({ login: answers['login'] ?? '', password: person.password });
          done();
        }}>
          <div class="fields">
            <Field name="name" label={t('name')} required autoFocus maxLength={100} />
            <Field name="login" label={t('login')} required autoComplete="off" maxLength={60} />
            <Choice name="agency" label={t('agency')} required none={t('choose')} options={agencies?.items.map((each) => ({ value: each.id, text: `${each.name} (${country(each.country)})` })) ?? []} />
          </div>
          <RolePicker of={[]} />
        </Form>
      )}
    </Dialog>
  );
}

/** Two administrators ask for it; each is given one half of the new password. */
function Recovery({ id }: { id: string }) {
  const [given, setGiven] = useState<{ confirmed: boolean; half: string } | null>(null);

  return (
    <section class="card stack" aria-label={t('recovery')}>
      <h2>{t('recovery')}</h2>
      <p class="quiet">{t('recovery_what')}</p>
      {given && <div role="status" class="stack">{!given.confirmed && <p>{t('recovery_first')}</p>}<p>{t('recovery_half')}</p><code class="secret">{given.half}</code></div>}
      {!given && <Form label={t('recovery')} submit={t('recovery_do')} danger send={async () => setGiven(await post(`/people/${id}/recovery`))}>{null}</Form>}
    </section>
  );
}

function One({ id }: { id: string }) {
  const { data, error, again } = useData<Person>(`/people/${id}`, ['person']);
  const change = async (body: Partial<Person>): Promise<void> => {
    const newest = await get<Person>(`/people/${id}`);
    await ask('PATCH', `/people/${id}`, { body, version: newest.version });
    again();
  };

  if (error && !data) return <section class="page"><h1>{t('people')}</h1><Failed error={error} again={again} /></section>;
  if (!data) return <section class="page"><Waiting /></section>;
  return (
    <section class="page narrow">
      <p class="back"><a href={href('people')}>← {t('people')}</a></p>
      <header class="entry-head"><h1><Name text={data.name} /></h1><p class="badges"><Badge group="person" value={data.state} /></p>
        <p class="quiet">{data.login} · {data.agencyName ?? data.agency} · {country(data.country)}</p></header>
      <section class="card">
        <Form key={data.version} label={t('roles')} submit={t('save')} send={async (answers) => {
          await change({ name: answers['name'] ?? data.name, state: answers['state'] ?? data.state, roles: chosen(answers) });
          toast(t('saved'));
        }}>
          <div class="fields">
            <Field name="name" label={t('name')} required value={data.name} maxLength={100} />
            <Choice name="state" label={t('state')} required value={data.state} options={['active', 'locked', 'gone'].map((value) => ({ value, text: word('person', value) }))} />
          </div>
          <RolePicker of={data.roles} />
        </Form>
      </section>
      {mayDo('person.recover') && <Recovery id={id} />}
    </section>
  );
}

export function People({ id }: { id: string | undefined }) {
  const { data, error, again, more } = useList<Person>(id ? null : '/people', ['person']);
  const [open, setOpen] = useState(false);

  if (id) return <One id={id} />;
  return (
    <section class="page">
      <div class="page-head"><div><h1>{t('people')}</h1><p>{t('people_what')}</p></div>
        {mayDo('person.create') && <button type="button" class="main" onClick={() => setOpen(true)}>{t('new_person')}</button>}</div>
      <Table label={t('people')} columns={columns()} rows={data?.items ?? null} id={(row) => row.id} error={error} again={again} more={more} total={data?.total} empty={t('people_empty')} />
      <Members />
      {mayDo('token.change') && <Machines />}
      {open && <Create close={() => setOpen(false)} done={again} />}
    </section>
  );
}
