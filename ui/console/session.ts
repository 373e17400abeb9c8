// Who is signed in, what he may do at all, and the two questions that the hub may put to him.
import { signal } from '@preact/signals';
import { get, setHelper } from './api/client';
import type { Session } from './api/types';

export const session = signal<Session | null>(null);
/** The question that stands open before the officer. */
export const question = signal<{ kind: 'anew' | 'purpose'; answer: (value: string | null) => void } | null>(null);

function put(kind: 'anew' | 'purpose'): Promise<string | null> {
  return new Promise((resolve) => {
    question.value = { kind, answer: (value) => { question.value = null; resolve(value); } };
  });
}

export async function loadSession(): Promise<void> {
  session.value = await get<Session>('/session');
}

export function startSession(): void {
  setHelper({
    signIn: () => { void loadSession().catch(() => undefined); },
    proveAnew: async () => (await put('anew')) !== null,
    purpose: () => put('purpose'),
  });
}

/** Whether this person may do this to something at all; the hub decides about each thing. */
export function mayDo(...actions: string[]): boolean {
  return actions.some((each) => session.value?.actions?.includes(each) ?? false);
}
