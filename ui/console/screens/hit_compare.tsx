// Who was seen beside everybody he is like, the one that the hit belongs to first.
import { Badge } from '../../kit/badge';
import { Balance } from '../../kit/balance';
import { Comparison } from '../../kit/compare';
import { t, word } from '../../kit/i18n';
import { Name } from '../../kit/name';
import { Reasons } from '../../kit/reasons';
import { pathOf } from '../api/client';
import type { Attachment, Hit, HitCandidate, List } from '../api/types';
import { useData } from '../data';
import { href } from '../router';
import { mayDo } from '../session';
import { facets } from './entry_similar';

function Picture({ src, label }: { src: string | undefined; label: string }) {
  return (
    <figure>
      {src ? <img class="photo" src={src} alt={label} /> : <div class="no-photo quiet">{t('hit_no_photo')}</div>}
      <figcaption class="quiet">{label}</figcaption>
    </figure>
  );
}

/** The newest photograph that the second line took beside the one on the list; nothing where there is neither. */
function Pictures({ hit, entry }: { hit: Hit; entry: string }) {
  const attached = useData<List<Attachment>>(mayDo('attachment.read') ? `/entries/${entry}/attachments` : null, ['entry']).data;
  const listed = attached?.items.find((each) => each.kind === 'photo');
  const taken = [...(hit.story ?? [])].reverse().find((each) => each.photo);

  if (!listed && !taken) return null;
  return (
    <div class="pictures">
      <Picture label={t('hit_photo_taken')} src={taken && pathOf(`/hits/${hit.id}/photos/${taken.number}`)} />
      <Picture label={t('hit_photo_listed')} src={listed && pathOf(`/attachments/${listed.id}`)} />
    </div>
  );
}

function One({ hit, candidate }: { hit: Hit; candidate: HitCandidate }) {
  const findings = candidate.explanations ?? [];
  // Parts are counted in the name that they are of.
  const bits = findings.filter((each) => each.property !== 'namePart').map((each) => each.bits ?? 0);
  const pairs = findings.filter((each) => each.query && each.candidate && (each.bits ?? 0) > 0).map((each) => [each.query ?? '', each.candidate ?? ''] as const);
  const name = candidate.name ?? t('erased');

  return (
    <section class="card similar" aria-label={name}>
      <div class="card-head">
        <h2>{mayDo('entry.read') ? <a href={href('entries', candidate.entry)}><Name text={name} /></a> : <Name text={name} />}</h2>
        <Badge group="grade" value={candidate.grade} />
      </div>
      <p class="quiet">{word('grade-why', candidate.grade)}</p>
      <Pictures hit={hit} entry={candidate.entry} />
      {bits.length > 0 && <Balance bits={bits} />}
      {hit.traveller && candidate.person && (
        <Comparison heads={[t('hit_seen'), t('hit_listed')]} pairs={pairs} facets={facets({ person: hit.traveller }, { person: candidate.person })} />
      )}
      {findings.length > 0 && <details><summary>{t('why_alike')}</summary><Reasons findings={findings} heads={[t('hit_seen'), t('hit_listed')]} /></details>}
    </section>
  );
}

export function HitCompare({ hit }: { hit: Hit }) {
  const all = [...(hit.candidates ?? [])].sort((a, b) => Number(b.entry === hit.entry) - Number(a.entry === hit.entry));

  return (
    <>
      {all.map((each) => <One key={each.entry} hit={hit} candidate={each} />)}
      {hit.mrz && <details class="card"><summary>{t('hit_zone')}</summary><pre class="hash zone">{hit.mrz}</pre></details>}
    </>
  );
}
