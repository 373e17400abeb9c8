// What a screen shows: asked once, kept while it is asked again, and asked again when an event says that it changed.
import { useEffect, useRef, useState } from 'preact/hooks';
import { signal } from '@preact/signals';
import { get } from './api/client';
import type { List } from './api/types';

/** Counts events by kind; a screen that shows a kind listens to its count. */
const changes = signal<Record<string, number>>({});

export function changed(...kinds: string[]): void {
  const next = { ...changes.value };
  for (const kind of kinds) next[kind] = (next[kind] ?? 0) + 1;
  changes.value = next;
}

export interface Loaded<T> { data: T | null; error: Error | null; again: () => void }

/** `path` null asks nothing. `kinds` are the kinds of events that make it ask again. */
export function useData<T>(path: string | null, kinds: string[] = [], query?: Record<string, string | undefined>): Loaded<T> {
  const [state, setState] = useState<{ path: string; data: T | null; error: Error | null }>({ path: '', data: null, error: null });
  const [round, setRound] = useState(0);
  const whole = path && JSON.stringify([path, query]);
  const events = [...kinds, 'all'].map((kind) => changes.value[kind] ?? 0).join();

  const before = useRef({ whole, round });

  useEffect(() => {
    if (!path || !whole) return undefined;
    const asked = before.current.whole !== whole || before.current.round !== round || state.path === '';
    let stale = false;
    before.current = { whole, round };
    get<T>(path, query, !asked).then(
      (data) => { if (!stale) setState({ path: whole, data, error: null }); },
      (error: Error) => { if (!stale) setState((before) => ({ path: whole, data: before.path === whole ? before.data : null, error })); },
    );
    return () => { stale = true; };
  }, [whole, round, events]);
  return {
    data: state.path === whole ? state.data : null,
    error: state.path === whole ? state.error : null,
    again: () => setRound(round + 1),
  };
}

export interface Pages<T> extends Loaded<List<T>> { more: (() => void) | null }

/** A list that grows page by page. */
export function useList<T>(path: string | null, kinds: string[], query: Record<string, string | undefined> = {}): Pages<T> {
  const first = useData<List<T>>(path, kinds, query);
  const [rest, setRest] = useState<{ of: List<T> | null; items: T[]; next: string | null }>({ of: null, items: [], next: null });
  const mine = rest.of === first.data ? rest : { of: first.data, items: [], next: first.data?.next ?? null };
  const data = first.data && { ...first.data, items: [...first.data.items, ...mine.items] };
  const next = mine.next;

  return {
    ...first, data,
    more: path && next ? () => {
      void get<List<T>>(path, { ...query, cursor: next }).then((page) => setRest({ of: first.data, items: [...mine.items, ...page.items], next: page.next }));
    } : null,
  };
}
