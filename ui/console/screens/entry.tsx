// One entry: everything an officer may see of it, and what he may do now.
import { Badge, Measure } from '../../kit/badge';
import { country, t, word, type Key } from '../../kit/i18n';
import { Name, Reference } from '../../kit/name';
import { Failed, Waiting } from '../../kit/state';
import { Problem } from '../api/client';
import type { Entry } from '../api/types';
import { useData } from '../data';
import { href } from '../router';
import { EntryAbout } from './entry_about';
import { EntryActs } from './entry_acts';
import { EntryProof } from './entry_proof';
import { EntrySimilar } from './entry_similar';
import { EntryTimeline, EntryViewers } from './entry_timeline';

const parts: [string, Key][] = [['about', 'part_about'], ['similar', 'part_similar'], ['timeline', 'part_timeline'], ['proof', 'part_proof'], ['viewers', 'part_viewers']];

/** The name people know him by and how it reads. */
export function nameOf(entry: Pick<Entry, 'person' | 'names'>): { name: string; reading: string | undefined } {
  const properties = entry.person.properties;
  const name = properties['name']?.[0] ?? entry.names?.[0]?.text ?? t('erased');
  const first = entry.names?.find((each) => each.text === name);
  return { name, reading: first?.readings?.[0] ?? properties['name']?.find((each) => each !== name && /^[\p{Script=Latin}\s.'-]+$/u.test(each)) };
}

function Head({ entry, back }: { entry: Entry; back: string }) {
  const { name, reading } = nameOf(entry);
  const kinds = [...new Set(entry.measures.filter((each) => each.inForce !== false).map((each) => each.kind))];

  return (
    <header class="entry-head">
      <p class="back"><a href={back}>← {t('entries')}</a></p>
      <h1><Name text={name} /></h1>
      {reading && reading !== name && <p class="reading readings"><Name text={reading} /></p>}
      <p class="badges">
        <Badge group="state" value={entry.state} />
        {kinds.map((kind) => <Measure key={kind} kind={kind} />)}
      </p>
      <p class="quiet">{country(entry.owner)} · {word('inflow', entry.inflow)} · <Reference text={entry.reference} />{entry.handling ? ` · H${entry.handling}` : ''}
        {entry.inEdition ? <> · <a href={href('editions', entry.inEdition)}>{t('edition_n', { n: entry.inEdition })}</a></> : null}</p>
    </header>
  );
}

export function EntryView({ id, part, back }: { id: string; part: string; back: string }) {
  const { data: entry, error, again } = useData<Entry>(`/entries/${id}`, ['entry']);

  if (error && !entry) {
    return <div class="entry"><p class="back"><a href={back}>← {t('entries')}</a></p><h1>{t('entry')}</h1>
      {error instanceof Problem && error.status === 404 ? <p>{t('entry_missing')}</p> : <Failed error={error} again={again} />}</div>;
  }
  if (!entry) return <div class="entry"><Waiting /></div>;
  return (
    <article class="entry">
      <Head entry={entry} back={back} />
      <nav class="tabs" aria-label={t('parts')}>
        {parts.map(([name, label]) => (
          <a key={name} href={href('entries', id, name === 'about' ? undefined : name)} aria-current={part === name ? 'page' : undefined}>{t(label)}</a>
        ))}
      </nav>
      <div class="entry-body">
        <div class="stack">
          {part === 'about' && <EntryAbout entry={entry} again={again} />}
          {part === 'similar' && <EntrySimilar entry={entry} />}
          {part === 'timeline' && <EntryTimeline id={id} />}
          {part === 'proof' && <EntryProof id={id} />}
          {part === 'viewers' && <EntryViewers id={id} />}
        </div>
        <aside class="stack"><EntryActs entry={entry} done={again} /></aside>
      </div>
    </article>
  );
}
