// The native dialog: keeps the keyboard inside, gives it back, closes by Escape.
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { t } from './i18n';

interface Props { title: string; wide?: boolean; onClose: () => void; children: ComponentChildren }

/** Open as long as it is rendered; `onClose` is told of every way to close it. The keyboard begins at the first field, not at the cross: a
 * space typed there would close what was to be filled. */
export function Dialog({ title, wide, onClose, children }: Props) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);

  useEffect(() => {
    const element = dialog.current;
    if (element && !element.open) {
      element.showModal();
      element.querySelector<HTMLElement>('form :is(input, select, textarea)')?.focus();
    }
    return () => element?.close();
  }, []);
  return (
    <dialog ref={dialog} class={wide ? 'wide' : ''} aria-labelledby={id}
      onCancel={(event) => { event.preventDefault(); onClose(); }}>
      <div class="dialog-head">
        <h2 id={id}>{title}</h2>
        <button type="button" class="plain" aria-label={t('close')} onClick={onClose}>×</button>
      </div>
      {children}
    </dialog>
  );
}
