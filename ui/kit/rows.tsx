// Several of a kind in a form: rows that can be added and taken away.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Answers } from './form';
import { t } from './i18n';

interface Props<T> {
  name: string;
  label: string;
  hint?: string;
  add: string;
  first: T[];
  blank: T;
  /** So many stay. */
  least?: number;
  /** The fields of a row; each is named `${prefix}-field`. */
  show: (row: T, prefix: string) => ComponentChildren;
}

/** Rows that were there keep their place in `first` as the number in their fields' names. */
export function Rows<T>({ name, label, hint, add, first, blank, least = 0, show }: Props<T>) {
  const [rows, setRows] = useState(first.map((row, key) => ({ key, row })));
  const [next, setNext] = useState(first.length);
  const [added, setAdded] = useState(-1);
  const list = useRef<HTMLFieldSetElement>(null);

  useEffect(() => { if (added >= 0) list.current?.querySelector<HTMLElement>(`[id^="${name}-${added}-"]`)?.focus(); }, [added]);
  const grow = (): void => {
    setRows([...rows, { key: next, row: blank }]);
    setAdded(next);
    setNext(next + 1);
  };
  const takeAway = (key: number): void => {
    setRows(rows.filter((each) => each.key !== key));
    list.current?.querySelector<HTMLElement>(':scope > button')?.focus();
  };
  return (
    <fieldset class="rows" ref={list}>
      <legend>{label}{hint && <span class="hint">{hint}</span>}</legend>
      {rows.map(({ key, row }, i) => (
        <div class="row" key={key} role="group" aria-label={`${label} ${i + 1}`}>
          <div class="fields">{show(row, `${name}-${key}`)}</div>
          {rows.length > least && <button type="button" class="plain" aria-label={`${t('take_away')}: ${label} ${i + 1}`} onClick={() => takeAway(key)}>{t('take_away')}</button>}
        </div>
      ))}
      <button type="button" id={`${name}-add`} onClick={grow}>{add}</button>
    </fieldset>
  );
}

/** What the rows say, with the place each had in `first`; a new one has a place behind them. */
export function rowsOf(answers: Answers, name: string): { place: number; fields: Answers }[] {
  const rows = new Map<number, Answers>();
  for (const [key, value] of Object.entries(answers)) {
    const [, place, field] = new RegExp(`^${name}-(\\d+)-(\\w+)$`).exec(key) ?? [];
    if (place !== undefined && field !== undefined) rows.set(Number(place), { ...rows.get(Number(place)), [field]: value });
  }
  return [...rows].map(([place, fields]) => ({ place, fields }));
}
