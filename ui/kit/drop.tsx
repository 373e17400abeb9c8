// A place to drop a file: also a button, so that the keyboard does the same.
import { useRef, useState } from 'preact/hooks';
import { Icon } from './icon';
import { t } from './i18n';

interface Props { label: string; hint: string; accept: string; busy: boolean; take: (file: File) => void }

export function FileDrop({ label, hint, accept, busy, take }: Props) {
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);

  return (
    <div class={`drop${over ? ' over' : ''}${busy ? ' busy' : ''}`}
      onDragOver={(event) => { event.preventDefault(); setOver(true); }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const file = event.dataTransfer?.files[0];
        if (file && !busy) take(file);
      }}>
      <Icon name="file" />
      <div>
        <p><strong>{label}</strong></p>
        <p class="quiet">{hint}</p>
      </div>
      <input ref={input} type="file" accept={accept} class="unseen" tabIndex={-1} aria-label={label} disabled={busy}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          if (file) take(file);
          event.currentTarget.value = '';
        }} />
      <button type="button" class="main" disabled={busy} onClick={() => input.current?.click()}>{busy ? t('sending') : t('choose_file')}</button>
    </div>
  );
}
