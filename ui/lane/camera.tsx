// The zone from a camera or a picture file: what was read is shown, what is doubtful marked, and only the officer's Enter checks it.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { readPicture, type Reading } from './post';
import { type Key, t } from './words';

const wideMax = 1800; // of what is sent; letters of a zone are then some 25 pixels
const quality = 0.9;

/** A picture as the post takes it: upright, no larger than it reads. */
async function packed(source: CanvasImageSource, wide: number, high: number): Promise<Blob> {
  const scale = Math.min(1, wideMax / wide), canvas = document.createElement('canvas');
  canvas.width = Math.round(wide * scale);
  canvas.height = Math.round(high * scale);
  canvas.getContext('2d')?.drawImage(source, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => { if (blob) resolve(blob); else reject(new Error(t('picture_none'))); }, 'image/jpeg', quality);
  });
}

async function ofFile(file: File): Promise<Blob> {
  try {
    const image = await createImageBitmap(file);
    return await packed(image, image.width, image.height);
  } catch {
    throw new Error(t('picture_none'));
  }
}

/** Letters with the doubtful ones marked by more than colour. */
function Line({ text, doubtful }: { text: string; doubtful: number[] }) {
  return <p class="read">{[...text].map((c, i) => (doubtful.includes(i) ? <mark key={i}>{c}</mark> : <span key={i}>{c}</span>))}</p>;
}

function Read({ reading, check, again }: { reading: Reading; check: () => void; again: () => void }) {
  const button = useRef<HTMLButtonElement>(null);
  const doubts = reading.doubtful.reduce((sum, line) => sum + line.length, 0);
  useLayoutEffect(() => button.current?.focus(), []);
  return (
    <div class="reading">
      <div role="group" aria-label={t('was_read')} lang="en">{reading.lines.map((line, i) => <Line key={i} text={line} doubtful={reading.doubtful[i] ?? []} />)}</div>
      <p class={doubts ? 'said' : ''} role={doubts ? 'alert' : undefined}>{doubts ? t('doubtful', { n: doubts }) : t('compare_page')}</p>
      <div class="acts">
        <button type="submit" ref={button} onClick={check}>{t('check')}</button>
        <button type="button" onClick={again}>{t('retake')}</button>
      </div>
    </div>
  );
}

/** Why there is no picture, in the officer's words. */
function reason(error: unknown): Key {
  return error instanceof DOMException && error.name === 'NotAllowedError' ? 'camera_denied' : 'camera_none';
}

export function Camera({ take, close }: { take: (zone: string) => void; close: () => void }) {
  const video = useRef<HTMLVideoElement>(null), shutter = useRef<HTMLButtonElement>(null);
  const [said, setSaid] = useState('');
  const [live, setLive] = useState(false);
  const [busy, setBusy] = useState(false);
  const [reading, setReading] = useState<Reading | null>(null);
  const stop = useRef(new AbortController());
  useEffect(() => {
    let stream: MediaStream | null = null, gone = false;
    const media = navigator.mediaDevices as MediaDevices | undefined; // none where the page came over plain HTTP from elsewhere
    (media ? media.getUserMedia({ video: { facingMode: 'environment', width: { ideal: 1920 }, height: { ideal: 1080 } } })
      : Promise.reject(new Error())).then((opened) => {
      stream = opened;
      if (gone || !video.current) stream.getTracks().forEach((track) => track.stop());
      else video.current.srcObject = stream;
    }).catch((error: unknown) => { if (!gone) setSaid(t(reason(error))); });
    const onKey = (event: KeyboardEvent): void => { if (event.key === 'Escape') close(); };
    window.addEventListener('keydown', onKey);
    return () => {
      gone = true;
      stop.current.abort();
      window.removeEventListener('keydown', onKey);
      stream?.getTracks().forEach((track) => track.stop());
    };
  }, []);
  useLayoutEffect(() => { if (live && !reading && !busy) shutter.current?.focus(); }, [live, reading, busy]);
  const send = (picture: Promise<Blob>): void => {
    setBusy(true);
    setSaid('');
    picture.then((blob) => readPicture(blob, stop.current.signal)).then(setReading)
      .catch((error: Error) => { if (!stop.current.signal.aborted) setSaid(error.message); }).finally(() => setBusy(false));
  };
  const shoot = (): void => {
    const from = video.current;
    if (from && from.videoWidth > 0 && !busy) send(packed(from, from.videoWidth, from.videoHeight));
  };
  const choose = (event: Event): void => {
    const input = event.currentTarget as HTMLInputElement, file = input.files?.[0];
    if (file && !busy) send(ofFile(file));
    input.value = '';
  };
  return (
    <section class="camera" aria-label={t('camera')}>
      <div class="view" hidden={reading !== null}>
        <video ref={video} autoplay muted playsInline aria-label={t('camera_view')} onPlaying={() => setLive(true)} />
        <div class="aim" aria-hidden="true" />
      </div>
      {reading ? <Read reading={reading} check={() => take(reading.lines.join('\n'))} again={() => setReading(null)} /> : (
        <>
          <p role="status">{busy ? t('reading') : t('aim')}</p>
          {said && <p class="said" role="alert">{said}</p>}
          <div class="acts">
            <button type="button" ref={shutter} disabled={!live || busy} onClick={shoot}>{t('shoot')}</button>
            <label class="file">{t('picture_file')}<input type="file" accept="image/jpeg,image/png" disabled={busy} onChange={choose} /></label>
          </div>
        </>
      )}
      <button type="button" onClick={close}>{t('back')}</button>
    </section>
  );
}
