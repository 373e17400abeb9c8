// Who it is, why, on what legal basis, and what may be done.
import type { ComponentChildren } from 'preact';
import { Badge, Measure } from '../../kit/badge';
import { Icon } from '../../kit/icon';
import { country, t, word } from '../../kit/i18n';
import { Name } from '../../kit/name';
import { date, dateTime } from '../../kit/time';
import type { Entry, NameForm } from '../api/types';
import { mayDo } from '../session';
import { Attachments } from './attachments';
import { Challenges } from './challenges';
import { Crossings } from './crossings';

export const exclusionNames = ['ownNational', 'refugee', 'child', 'politicalOffence', 'possibleVictim'] as const;
const shown = new Set(['name', 'alias', 'weakAlias', 'previousName', 'firstName', 'lastName', 'passportNumber', 'idNumber']);
const countries = new Set(['nationality', 'citizenship', 'country', 'birthCountry']);

export function Fact({ label, children }: { label: string; children: ComponentChildren }) {
  return <><dt>{label}</dt><dd>{children}</dd></>;
}

function Names({ names }: { names: NameForm[] }) {
  return (
    <div class="table" role="region" aria-label={t('names')} tabIndex={0}>
      <table class="names-table">
        <thead><tr><th scope="col">{t('name')}</th><th scope="col">{t('reading')}</th><th scope="col">{t('script')}</th><th scope="col">{t('name_kind')}</th></tr></thead>
        <tbody>{names.map((each) => (
          <tr key={each.kind + each.text}>
            <td class="main"><Name text={each.text} lang={each.language} /></td>
            <td data-label={t('reading')} class="readings">{each.readings?.filter((reading) => reading !== each.text.toLowerCase()).join(' · ')}</td>
            <td data-label={t('script')}>{word('script', each.script?.toLowerCase())}</td>
            <td data-label={t('name_kind')}>{word('kind', each.kind ?? 'name')}</td>
          </tr>
        ))}</tbody>
      </table>
    </div>
  );
}

function Identity({ entry }: { entry: Entry }) {
  const rest = Object.entries(entry.person.properties).filter(([name, values]) => !shown.has(name) && values?.length);

  return (
    <section class="card" aria-label={t('identity')}>
      <h2>{t('identity')}</h2>
      {entry.names && entry.names.length > 0 && <Names names={entry.names} />}
      <dl class="facts">
        {rest.map(([name, values]) => (
          <Fact key={name} label={word('property', name)}>
            {values?.map((value, i) => <span key={value}>{i > 0 && ' · '}{countries.has(name) ? country(value) : name === 'gender' ? word('gender', value) : <Name text={value} />}</span>)}
          </Fact>
        ))}
        {entry.documents?.map((each) => (
          <Fact key={each.number} label={word('document', each.kind)}><span class="figures">{each.number}</span> {country(each.country)}</Fact>
        ))}
      </dl>
    </section>
  );
}

function Why({ entry }: { entry: Entry }) {
  return (
    <section class="card" aria-label={t('why_listed')}>
      <h2>{t('why_listed')}</h2>
      <dl class="facts">
        <Fact label={t('offence')}><p class="text">{entry.offence || t('none_given')}</p></Fact>
        <Fact label={t('purpose_of')}><p class="text">{entry.purpose || t('none_given')}</p></Fact>
        {entry.submittedAt && <Fact label={t('submitted_at')}>{dateTime(entry.submittedAt)}</Fact>}
      </dl>
    </section>
  );
}

function Legal({ entry }: { entry: Entry }) {
  const a = entry.assessment;
  const exclusions = a?.exclusions;

  return (
    <section class="card" aria-label={t('legal_basis')}>
      <h2>{t('legal_basis')}</h2>
      {!a?.law && <p class="quiet">{t('not_assessed')}</p>}
      {a?.law && (
        <dl class="facts">
          <Fact label={t('law')}>{[a.law, a.article].filter(Boolean).join(', ')}</Fact>
          {a.maximumPenaltyMonths !== undefined && <Fact label={t('penalty')}>{t('months_n', { n: a.maximumPenaltyMonths })}</Fact>}
          {a.dualCriminality !== undefined && <Fact label={t('dual')}>{a.dualCriminality ? t('yes') : t('no')}</Fact>}
          <Fact label={t('proportionality')}><p class="text">{a.proportionality || t('none_given')}</p></Fact>
          {exclusions && <Fact label={t('exclusions')}>
            <ul class="checks">{exclusionNames.map((name) => {
              const holds = exclusions[name];
              return <li key={name} class={holds ? 'bad' : 'ok'}><Icon name={holds ? 'alert' : 'check'} /><span>{word('exclusion', name)}: {holds ? t('yes') : t('no')}</span></li>;
            })}</ul>
          </Fact>}
          {a.at && <Fact label={t('assessed_by')}>{a.byName || a.by} · {dateTime(a.at)}</Fact>}
        </dl>
      )}
      {entry.decisions?.map((each) => (
        <p key={each.step} class="text decided"><strong>{word('step', String(each.step))}</strong> {each.number} · {each.byName || each.by} · {dateTime(each.at)}{each.text ? `\n${each.text}` : ''}</p>
      ))}
    </section>
  );
}

function Measures({ entry }: { entry: Entry }) {
  const all = [...entry.measures].sort((a, b) => Number(Boolean(a.endedAt)) - Number(Boolean(b.endedAt)));

  return (
    <section class="card" aria-label={t('measures')}>
      <h2>{t('measures')}</h2>
      {all.length === 0 ? <p class="quiet">{t('no_measures')}</p> : (
        <div class="table" role="region" aria-label={t('measures')} tabIndex={0}>
          <table>
            <thead><tr><th scope="col">{t('measure')}</th><th scope="col">{t('basis')}</th><th scope="col">{t('basis_number')}</th><th scope="col">{t('ends')}</th></tr></thead>
            <tbody>{all.map((each) => (
              <tr key={each.id ?? each.kind} class={each.endedAt ? 'ended' : ''}>
                <td class="main"><Measure kind={each.kind} /></td>
                <td data-label={t('basis')}>{word('basis', each.basis)}</td>
                <td data-label={t('basis_number')}>{[each.number, each.issuer].filter(Boolean).join(' · ')}</td>
                <td data-label={t('ends')}>{each.endedAt ? <><Badge group="measure-state" value="ended" /> {date(each.endedAt)}</> : each.expiresAt ? date(each.expiresAt) : t('with_entry')}</td>
              </tr>
            ))}</tbody>
          </table>
        </div>
      )}
    </section>
  );
}

export function EntryAbout({ entry, again }: { entry: Entry; again: () => void }) {
  return <><Crossings entry={entry.id} /><Identity entry={entry} /><Why entry={entry} /><Legal entry={entry} /><Measures entry={entry} />
    <Challenges id={entry.id} />
    {mayDo('attachment.read') && <Attachments entry={entry} changed={again} />}</>;
}
