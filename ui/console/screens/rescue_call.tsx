// What was said in a call for help: how he may be reached before all else, what is missing, the message in three languages, where it is.
import type { ComponentChildren } from 'preact';
import { Icon } from '../../kit/icon';
import { t, word } from '../../kit/i18n';
import type { Rescue, RescueCall } from '../api/types';
import { Fact } from './entry_about';
import { RescueMap } from './rescue_map';

/** The only way, its hours, and when others look through the telephone (in his words); nobody calls or writes otherwise. */
function Safe({ contact, search }: { contact: RescueCall['contact']; search: string | undefined }) {
  const searched = search && <p><span class="quiet">{t('rescue_safe_search')}</span> <bdi><strong>{search}</strong></bdi></p>;

  if (!contact) return <section class="card safe" aria-label={t('rescue_safe')}><p><Icon name="alert" /> <strong>{t('rescue_safe_none')}</strong></p>{searched}</section>;
  return (
    <section class="card safe" aria-label={t('rescue_safe')}>
      <h2><Icon name="alert" /> {t('rescue_safe')}</h2>
      <p class="safe-way"><span class="quiet">{contact.way}</span> <bdi>{contact.value}</bdi></p>
      {contact.hours && <p><span class="quiet">{t('rescue_safe_hours')}</span> <bdi><strong>{contact.hours}</strong></bdi></p>}
      {searched}
      <p>{t('rescue_safe_else')}</p>
    </section>
  );
}

function Missing({ row, attached }: { row: Rescue; attached: string[] }) {
  return (
    <section class="card" aria-label={t('rescue_missing')}><h2>{t('rescue_missing')}</h2>
      {row.missing.length === 0 && <p><Icon name="check" /> {t('rescue_missing_none')}</p>}
      <ul class="demands">{row.missing.map((each) => <li key={each}><Icon name="ring" /> {word('demand', each)}</li>)}</ul>
      {attached.length > 0 && <p>{t('rescue_attached')}: {attached.map((each) => word('demand', each)).join(' · ')}</p>}
    </section>
  );
}

/** In the order of the form; what was not answered is left out. */
function Answers({ title, values, fields }: { title: string; values: Record<string, unknown> | undefined; fields: string[] }) {
  const given = fields.filter((each) => typeof values?.[each] === 'string' && values[each] !== '');
  if (!given.length) return null;
  return (
    <section class="card" aria-label={title}><h2>{title}</h2>
      <dl class="facts">{given.map((each) => <Fact key={each} label={word('called', each)}><bdi>{String(values?.[each])}</bdi></Fact>)}</dl>
    </section>
  );
}

const tongues: [language: string, name: string][] = [['en', 'English'], ['km', 'ខ្មែរ'], ['ko', '한국어']];

function Messages({ message }: { message: Record<string, string> | undefined }) {
  const written = tongues.filter(([language]) => message?.[language]);
  if (!written.length) return null;
  return (
    <section class="card" aria-label={t('rescue_message')}><h2>{t('rescue_message')}</h2>
      {written.map(([language, name]) => <details key={language} open={language === 'en'}><summary lang={language}>{name}</summary><p class="text" lang={language}>{message?.[language]}</p></details>)}
    </section>
  );
}

export function Called({ row, call, acts, again }: { row: Rescue; call: RescueCall; acts: ComponentChildren; again: () => void }) {
  const { said } = call;

  if (call.forgotten) return <><section class="card"><p>{t('rescue_forgotten')}</p></section>{acts}</>;
  return (
    <>
      <Safe contact={call.contact} search={said.next_check} />
      {acts}
      {row.relation === 'family' && <p class="card">{t('rescue_family')}</p>}
      <Missing row={row} attached={said.attached ?? []} />
      <Answers title={t('rescue_person')} values={said.held} fields={['name', 'nationality', 'birth', 'passport', 'telephone']} />
      <Answers title={t('rescue_place')} values={said.place} fields={['latitude', 'longitude', 'address', 'building', 'floor', 'room']} />
      <RescueMap place={said.place} host={row.host} />
      <Answers title={t('rescue_situation')} values={said} fields={['people', 'injuries', 'weapons', 'languages']} />
      <Messages message={said.message} />
      <p class="acts"><button type="button" onClick={again}>{t('rescue_open_again')}</button></p>
    </>
  );
}
