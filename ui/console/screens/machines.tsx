// Systems that sign in by themselves: each with a token that is shown once, or with the certificate it shows.
import { useState } from 'preact/hooks';
import { Badge } from '../../kit/badge';
import { now, When } from '../../kit/clock';
import { Dialog } from '../../kit/dialog';
import { Choice, Field, Form } from '../../kit/form';
import { t, word } from '../../kit/i18n';
import { Table, type Column } from '../../kit/table';
import { date } from '../../kit/time';
import { toast } from '../../kit/toast';
import { ask, post } from '../api/client';
import type { List, Token } from '../api/types';
import { useData } from '../data';

/** What a machine may be, by data/account/roles.tsv: a carrier's is nothing else besides. */
const kinds = [['machine'], ['machine', 'liaison'], ['liaison'], ['carrier']];

const stateOf = (token: Token): string => (token.endedAt ? 'ended' : token.expires && new Date(token.expires).getTime() < now.value ? 'expired' : 'active');

const columns = (end: (token: Token) => void): Column<Token>[] => [
  { key: 'name', label: t('name'), kind: 'main', show: (row) => row.name },
  { key: 'kind', label: t('name_kind'), show: (row) => word('credential', row.kind) },
  { key: 'roles', label: t('roles'), show: (row) => row.roles?.map((each) => word('role', each)).join(', ') },
  { key: 'state', label: t('state'), show: (row) => <Badge group="token" value={stateOf(row)} /> },
  { key: 'ends', label: t('ends'), kind: 'short', show: (row) => row.expires && date(row.expires) },
  { key: 'used', label: t('last_used'), kind: 'short', show: (row) => <When at={row.lastUsedAt} /> },
  { key: 'end', label: t('token_end'), show: (row) => !row.endedAt && <button type="button" onClick={() => end(row)}>{t('token_end')}</button> },
];

function Create({ close, done }: { close: () => void; done: () => void }) {
  const [token, setToken] = useState('');
  const nextYear = new Date(now.value + 365 * 86_400_000).toISOString().slice(0, 10);

  return (
    <Dialog title={t('new_machine')} onClose={close}>
      {token ? (
        <div class="stack">
          <p>{t('token_once')}</p>
          <code class="secret">{token}</code>
          <div class="acts"><button type="button" class="main" onClick={close}>{t('close')}</button></div>
        </div>
      ) : (
        <Form label={t('new_machine')} submit={t('create')} onCancel={close} send={async (answers) => {
          const made = await post<{ token?: string }>('/tokens', { name: answers['name'], roles: (answers['kind'] ?? '').split(' '),
            expires: `${answers['expires']}T00:00:00Z`, ...(answers['fingerprint'] ? { fingerprint: answers['fingerprint'].replace(/:/g, '').toLowerCase() } : {}) });
          toast(t('saved'));
          done();
          if (made.token) setToken(made.token);
          else close();
        }}>
          <Field name="name" label={t('name')} required maxLength={100} autoFocus />
          <Choice name="kind" label={t('roles')} required options={kinds.map((each) => ({ value: each.join(' '), text: each.map((role) => word('role', role)).join(', ') }))} />
          <Field name="expires" label={t('ends')} type="date" required value={nextYear} />
          <Field name="fingerprint" label={t('fingerprint')} hint={t('fingerprint_hint')} pattern="([0-9A-Fa-f]{2}:?){32}" maxLength={95} />
        </Form>
      )}
    </Dialog>
  );
}

/** The hub wants a fresh proof for the list too: it is asked for when somebody wants to see it. */
export function Machines() {
  const [shown, setShown] = useState(false);
  const { data, error, again } = useData<List<Token>>(shown ? '/tokens' : null, []);
  const [open, setOpen] = useState<'new' | Token | null>(null);
  const close = (): void => setOpen(null);

  return (
    <section class="stack" aria-label={t('machines')}>
      <div class="page-head"><div><h2>{t('machines')}</h2><p>{t('machines_what')}</p></div>
        <button type="button" onClick={() => setOpen('new')}>{t('new_machine')}</button></div>
      {!shown && <p><button type="button" onClick={() => setShown(true)}>{t('more')}</button></p>}
      {shown && <Table label={t('machines')} columns={columns(setOpen)} rows={data?.items ?? null} id={(row) => row.id} error={error} again={again} empty={t('machines_empty')} />}
      {open === 'new' && <Create close={close} done={() => { setShown(true); again(); }} />}
      {open && open !== 'new' && (
        <Dialog title={t('token_end')} onClose={close}>
          <p>{t('token_end_sure', { name: open.name })}</p>
          <Form label={t('token_end')} submit={t('token_end')} danger onCancel={close} send={async () => {
            await ask('DELETE', `/tokens/${open.id}`);
            toast(word('done', 'end'));
            again();
            close();
          }}>{null}</Form>
        </Dialog>
      )}
    </section>
  );
}
