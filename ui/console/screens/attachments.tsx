import { Choice } from '../../kit/form';
import { FileDrop } from '../../kit/drop';
import { number, t, word } from '../../kit/i18n';
import { Failed } from '../../kit/state';
import { toast } from '../../kit/toast';
import { useState } from 'preact/hooks';
import { ask, pathOf, Problem } from '../api/client';
import type { Attachment, Entry, List } from '../api/types';
import { useData } from '../data';
import { mayDo } from '../session';

const kinds = ['warrant', 'photo', 'decision', 'other'];

/** Warrants, photographs, decisions: each with its hash, so that everybody may see that it is the same. */
export function Attachments({ entry, changed }: { entry: Entry; changed: () => void }) {
  const { data, again } = useData<List<Attachment>>(`/entries/${entry.id}/attachments`, ['entry']);
  const [kind, setKind] = useState('warrant');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const send = async (file: File): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await ask('POST', `/entries/${entry.id}/attachments`, { file, type: file.type || 'application/octet-stream', query: { name: file.name, kind } });
      toast(t('attached', { name: file.name }));
      again();
      changed();
    } catch (problem) {
      setError(problem as Problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <section class="card stack" aria-label={t('attachments')}>
      <h2>{t('attachments')}</h2>
      {data?.items.length === 0 && <p class="quiet">{t('attachments_none')}</p>}
      <ul class="problems">{data?.items.map((each) => (
        <li key={each.id}><a href={pathOf(`/attachments/${each.id}`)} download>{each.name}</a> <span class="quiet">{word('attachment', each.kind)} · {number(Math.ceil((each.size ?? 0) / 1024))} KiB</span>
          {each.sha256 && <span class="hash quiet">{each.sha256}</span>}</li>
      ))}</ul>
      {error && <Failed error={error} />}
      {mayDo('attachment.create') && (
        <>
          <Choice name="kind" label={t('attachment_kind')} required value={kind} onChange={setKind} options={kinds.map((value) => ({ value, text: word('attachment', value) }))} />
          <FileDrop label={t('attach')} hint={t('attach_hint')} accept=".pdf,.jpg,.jpeg,.png,.webp,.tif,.tiff" busy={busy} take={(file) => { void send(file); }} />
        </>
      )}
    </section>
  );
}
