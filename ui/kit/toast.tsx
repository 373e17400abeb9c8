// What was done is said once at the foot of the screen, with the way back where there is one.
import { signal } from '@preact/signals';
import { t } from './i18n';

interface Toast { id: number; text: string; undo: (() => void) | undefined }
const shown = signal<Toast[]>([]);
let last = 0;

export function toast(text: string, undo?: () => void): void {
  const id = (last += 1);
  shown.value = [...shown.value.slice(-2), { id, text, undo }];
  setTimeout(() => dismiss(id), undo ? 12_000 : 6000);
}

function dismiss(id: number): void {
  shown.value = shown.value.filter((each) => each.id !== id);
}

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {shown.value.map((each) => (
        <div class="toast" key={each.id}>
          <span>{each.text}</span>
          {each.undo && <button type="button" onClick={() => { each.undo?.(); dismiss(each.id); }}>{t('undo')}</button>}
          <button type="button" class="plain" aria-label={t('close')} onClick={() => dismiss(each.id)}>×</button>
        </div>
      ))}
    </div>
  );
}
