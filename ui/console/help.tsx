import { Dialog } from '../kit/dialog';
import { t, type Key } from '../kit/i18n';
import { helpOpen } from './keys';

const rows: [string, Key][] = [
  ['/', 'key_search'], ['j', 'key_next'], ['k', 'key_before'], ['Enter', 'key_open'], ['g t', 'key_today'], ['g e', 'key_entries'],
  ['g s', 'key_submissions'], ['g b', 'key_border'], ['g h', 'key_hits'], ['g r', 'arrivals'], ['g v', 'reversals'], ['g p', 'key_posts'],
  ['g d', 'key_drills'], ['g n', 'key_rescues'], ['Esc', 'key_leave'],
  ['?', 'key_help'],
];

export function Help() {
  if (!helpOpen.value) return null;
  return (
    <Dialog title={t('keys')} onClose={() => { helpOpen.value = false; }}>
      <dl class="keys">
        {rows.map(([key, what]) => <div key={key}><dt><kbd>{key}</kbd></dt><dd>{t(what)}</dd></div>)}
      </dl>
    </Dialog>
  );
}
