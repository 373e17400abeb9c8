// What the hub tells as it happens. All windows of a browser share one stream: a browser has six connections to a server, and with a
// stream in each the seventh window would wait for ever.
import { changed } from './data';

const againMs = 20_000;
/** Sixty posts that take an edition ring sixty times within a second: what is shown is asked for once. */
const gatherMs = 300;
/** Screens of what grows old by itself are asked anew without being told: the kind "minute". */
const minuteMs = 60_000;

interface Told { id: string; kind: string }

/** Keeps the stream open until it is stopped, and says what came. The browser connects again by itself unless it was refused; then we do. */
function stream(after: () => string, tell: (told: Told) => void): () => void {
  let source: EventSource;
  let timer = 0;
  const open = (): void => {
    source = new EventSource(`/api/v1/events?after=${after()}`);
    source.onmessage = (event: MessageEvent<string>) => {
      tell({ id: event.lastEventId, kind: (JSON.parse(event.data) as { kind: string }).kind });
    };
    source.onerror = () => {
      if (source.readyState === EventSource.CLOSED) timer = window.setTimeout(open, againMs);
    };
  };

  open();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}

/** Listens for `person` to what happened after the event `news`: the first screens may be asked for before a stream is open. The window that
 * has the lock has the stream, and tells the others; the next one goes on from what it heard last. */
export function listen(person: string, news: number): () => void {
  const name = `cordon-events-${person}`;
  const others = new BroadcastChannel(name);
  const stopped = new AbortController();
  const gathered = new Set<string>();
  let after = String(news);
  let gathering = 0;
  const hear = ({ id, kind }: Told): void => {
    after = id;
    gathered.add(kind).add('any');
    gathering ||= window.setTimeout(() => {
      gathering = 0;
      changed(...gathered);
      gathered.clear();
    }, gatherMs);
  };
  const lead = (): Promise<void> => new Promise((done) => {
    const close = stream(() => after, (told) => {
      hear(told);
      others.postMessage(told);
    });
    stopped.signal.addEventListener('abort', () => { close(); done(); });
  });

  others.onmessage = (event: MessageEvent<Told>) => hear(event.data);
  // Without a secure connection a browser has no locks: a stream for each window, as far as they go.
  if ('locks' in navigator) navigator.locks.request(name, { signal: stopped.signal }, lead).catch(() => undefined);
  else void lead();
  const minutes = setInterval(() => changed('minute'), minuteMs);
  return () => {
    stopped.abort();
    others.close();
    clearTimeout(gathering);
    clearInterval(minutes);
  };
}
