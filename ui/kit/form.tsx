// Forms: a label above each field, its hint beneath, errors summed up on top and repeated at their field.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from './icon';
import { t } from './i18n';

export interface FieldError { field: string; text: string }

/** What a form says when it is sent: every named field, trimmed. */
export type Answers = Record<string, string>;

export function answersOf(form: HTMLFormElement): Answers {
  const answers: Answers = {};
  for (const [name, value] of new FormData(form)) if (typeof value === 'string') answers[name] = value.trim();
  return answers;
}

interface FormProps {
  label: string;
  submit: string;
  danger?: boolean;
  /** Sends the answers; what it throws is shown on top, at its field where the error names one. */
  send: (answers: Answers) => Promise<void>;
  onCancel?: () => void;
  children: ComponentChildren;
}

/** A failed form keeps every answer, and the keyboard goes to the summary. */
export function Form({ label, submit, danger, send, onCancel, children }: FormProps) {
  const [errors, setErrors] = useState<FieldError[]>([]);
  const [busy, setBusy] = useState(false);
  const summary = useRef<HTMLDivElement>(null);

  useEffect(() => { if (errors.length) summary.current?.focus(); }, [errors]);
  const onSubmit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const missing = [...form.elements].filter((each): each is HTMLInputElement =>
      'validity' in each && !(each as HTMLInputElement).validity.valid);
    if (missing.length) {
      setErrors(missing.map((each) => ({ field: each.id, text: `${each.dataset['label'] ?? each.name}: ${t('field_wrong')}` })));
      return;
    }
    setBusy(true);
    try {
      await send(answersOf(form));
      setErrors([]);
    } catch (error) {
      const problem = error as Error & { field?: string };
      setErrors([{ field: problem.field ?? '', text: problem.message }]);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form class="form" aria-label={label} noValidate onSubmit={onSubmit}>
      {errors.length > 0 && (
        <div class="summary" role="alert" tabIndex={-1} ref={summary}>
          <p><Icon name="alert" /> <strong>{t('form_wrong')}</strong></p>
          <ul>{errors.map((each) => (
            <li key={each.field}>{each.field && document.getElementById(each.field)
              ? <a href={`#${each.field}`} onClick={(event) => { event.preventDefault(); document.getElementById(each.field)?.focus(); }}>{each.text}</a>
              : each.text}</li>
          ))}</ul>
        </div>
      )}
      {children}
      <div class="acts">
        <button type="submit" class={danger ? 'danger' : 'main'} disabled={busy}>{busy ? t('sending') : submit}</button>
        {onCancel && <button type="button" onClick={onCancel}>{t('cancel')}</button>}
      </div>
    </form>
  );
}

interface FieldProps {
  name: string;
  label: string;
  hint?: string | undefined;
  value?: string | undefined;
  type?: 'text' | 'password' | 'date' | 'datetime-local' | 'search';
  required?: boolean;
  pattern?: string;
  inputMode?: 'numeric' | 'text';
  autoComplete?: string;
  autoFocus?: boolean;
  lang?: string;
  list?: string;
  maxLength?: number;
}

function Label({ name, label, hint, required }: FieldProps) {
  return (
    <label for={name}>{label}{!required && <span class="optional"> {t('optional')}</span>}
      {hint && <span class="hint" id={`${name}-hint`}>{hint}</span>}
    </label>
  );
}

/** One line. */
export function Field(props: FieldProps) {
  const { name, label, hint, value, type = 'text', autoFocus, ...rest } = props;
  const input = useRef<HTMLInputElement>(null);

  useEffect(() => { if (autoFocus) input.current?.focus(); }, []);
  return (
    <div class="field">
      <Label {...props} />
      <input ref={input} id={name} name={name} type={type as 'text'} defaultValue={value} data-label={label}
        aria-describedby={hint ? `${name}-hint` : undefined} {...rest} />
    </div>
  );
}

/** Several lines. */
export function Area(props: FieldProps & { rows?: number }) {
  const { name, label, hint, value, rows = 4, required, maxLength } = props;
  return (
    <div class="field">
      <Label {...props} />
      <textarea id={name} name={name} rows={rows} required={required} maxLength={maxLength} data-label={label}
        aria-describedby={hint ? `${name}-hint` : undefined} defaultValue={value} />
    </div>
  );
}

export interface Option { value: string; text: string }

/** One of a list. */
export function Choice(props: FieldProps & { options: Option[]; onChange?: (value: string) => void; none?: string | undefined }) {
  const { name, label, hint, value, options, required, onChange, none } = props;
  return (
    <div class="field">
      <Label {...props} />
      <select id={name} name={name} required={required} data-label={label}
        aria-describedby={hint ? `${name}-hint` : undefined} onChange={(event) => onChange?.(event.currentTarget.value)}>
        {none !== undefined && <option value="">{none}</option>}
        {options.map((each) => <option key={each.value} value={each.value} selected={each.value === value}>{each.text}</option>)}
      </select>
    </div>
  );
}

/** A box to tick. */
export function Tick({ name, label, hint, checked, required }: { name: string; label: string; hint?: string; checked?: boolean | undefined; required?: boolean }) {
  return (
    <div class="tick">
      <input type="checkbox" id={name} name={name} value="yes" defaultChecked={checked} required={required} data-label={label} aria-describedby={hint ? `${name}-hint` : undefined} />
      <label for={name}>{label}{hint && <span class="hint" id={`${name}-hint`}>{hint}</span>}</label>
    </div>
  );
}
