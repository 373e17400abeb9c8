// What stands where content is not yet, not any more, or could not be had: it says what will be here and how it gets here.
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Icon } from './icon';
import { t } from './i18n';

export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return <div class="empty"><p class="empty-title">{title}</p>{children && <div class="quiet">{children}</div>}</div>;
}

/** An answer that did not come; `again` asks once more. */
export function Failed({ error, again }: { error: Error; again?: () => void }) {
  return (
    <div class="failed" role="alert">
      <p><Icon name="alert" /> <strong>{error.message}</strong></p>
      {again && <p><button type="button" onClick={again}>{t('again')}</button></p>}
    </div>
  );
}

/** Nothing for a tenth of a second, then a quiet line. */
export function Waiting() {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 150);
    return () => clearTimeout(timer);
  }, []);
  return <p class="waiting quiet" role="status">{late ? t('loading') : ''}</p>;
}
