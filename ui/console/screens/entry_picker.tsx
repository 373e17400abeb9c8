// An entry is chosen by what an officer knows of it: a name in any script, a document, a reference.
import { useState } from 'preact/hooks';
import { country, t, word } from '../../kit/i18n';
import { FullName, Reference } from '../../kit/name';
import { Failed } from '../../kit/state';
import type { Entry, EntrySummary, List } from '../api/types';
import { useData } from '../data';
import { nameOf } from './entry';

const shown = 8;

type Line = Pick<EntrySummary, 'id' | 'name' | 'latin' | 'birthDate' | 'owner' | 'reference' | 'state'>;

function Found({ row, checked, optional }: { row: Line; checked?: boolean; optional?: boolean | undefined }) {
  return (
    <div class="tick">
      <input type="radio" id={`entry-${row.id}`} name="entry" value={row.id} required={!optional} defaultChecked={checked} data-label={t('entry')} />
      <label for={`entry-${row.id}`}><FullName text={row.name} reading={row.latin} />
        <span class="hint">{[row.birthDate, country(row.owner)].filter(Boolean).join(' · ')} · <Reference text={row.reference} /> · {word('state', row.state)}</span></label>
    </div>
  );
}

function lineOf({ id, owner, state, reference = '', ...entry }: Entry): Line {
  return { id, owner, state, reference, name: nameOf(entry).name, birthDate: entry.person.properties['birthDate']?.[0] ?? '' };
}

/** Answers `entry`. With `id` that entry is chosen from the start; `first` is what is looked for before anybody has typed. `hint` says what happens
 * where none is chosen; without it one must be. */
export function EntryPicker({ id, hint, first = '' }: { id?: string | undefined; hint?: string; first?: string | undefined }) {
  const [text, setText] = useState(first);
  const [asked, setAsked] = useState(first);
  const given = useData<Entry>(id ? `/entries/${id}` : null).data;
  const { data, error } = useData<List<EntrySummary>>(asked ? '/entries' : null, [], { q: asked, limit: String(shown) });
  const search = (): void => setAsked(text.trim());

  return (
    <fieldset>
      <legend>{t('entry')}{hint && <><span class="optional"> {t('optional')}</span><span class="hint">{hint}</span></>}</legend>
      <div class="picker">
        <input id="entry-search" type="search" aria-label={t('search_entries')} placeholder={t('search_entries')} value={text} onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => { if (event.key === 'Enter') { event.preventDefault(); search(); } }} />
        <button type="button" onClick={search}>{t('search')}</button>
      </div>
      {error && <Failed error={error} />}
      <div role="status">{asked && data && data.items.length === 0 && <p>{t('entry_missing')}</p>}</div>
      {given && !asked && <Found row={lineOf(given)} checked />}
      {asked && data?.items.slice(0, shown).map((each) => <Found key={each.id} row={each} checked={data.items.length === 1} optional={hint !== undefined} />)}
    </fieldset>
  );
}
