// A photograph of the traveller, for whoever must say whether it is he: by the camera where the browser has one, else a picture file.
import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from './words';

const sideMax = 1024, bytesMax = 512 * 1024; // docs/formats/spool.md

/** As JPEG in base64; '' where it cannot be made small enough. */
function packed(canvas: HTMLCanvasElement): string {
  for (const quality of [0.85, 0.6, 0.4]) {
    const text = canvas.toDataURL('image/jpeg', quality).split(',')[1] ?? '';
    if (text && text.length * 0.75 <= bytesMax) return text;
  }
  return '';
}

/** `give` is told of each photograph, and '' when there is none any more. */
export function Portrait({ give }: { give: (photo: string) => void }) {
  const canvas = useRef<HTMLCanvasElement>(null), video = useRef<HTMLVideoElement>(null);
  const [at, setAt] = useState<'closed' | 'open' | 'taken'>('closed');
  const [live, setLive] = useState(false);
  const [none, setNone] = useState(false);
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (at !== 'open') return;
    let stream: MediaStream | null = null, gone = false;
    const media = navigator.mediaDevices as MediaDevices | undefined; // none where the page came over plain HTTP from elsewhere
    (media ? media.getUserMedia({ video: true }) : Promise.reject(new Error())).then((opened) => {
      stream = opened;
      if (gone || !video.current) stream.getTracks().forEach((track) => track.stop());
      else video.current.srcObject = stream;
    }).catch(() => { if (!gone) setNone(true); });
    return () => {
      gone = true;
      setLive(false);
      stream?.getTracks().forEach((track) => track.stop());
    };
  }, [at]);
  const take = (source: CanvasImageSource, wide: number, high: number): void => {
    const to = canvas.current, scale = Math.min(1, sideMax / Math.max(wide, high));
    if (!to || !wide || !high) return;
    to.width = Math.round(wide * scale);
    to.height = Math.round(high * scale);
    to.getContext('2d')?.drawImage(source, 0, 0, to.width, to.height);
    const photo = packed(to);
    setSaid(photo ? '' : t('photo_large'));
    setAt(photo ? 'taken' : 'open');
    give(photo);
  };
  const choose = (event: Event): void => {
    const input = event.currentTarget as HTMLInputElement, file = input.files?.[0];
    if (file) createImageBitmap(file).then((image) => take(image, image.width, image.height)).catch(() => setSaid(t('picture_none')));
    input.value = '';
  };
  return (
    <div class="portrait" role="group" aria-label={t('photo_take')}>
      {at === 'closed' && <button type="button" onClick={() => setAt('open')}>{t('photo_take')} ({t('optional')})</button>}
      {at === 'open' && (
        <>
          <video ref={video} hidden={none} autoplay muted playsInline aria-label={t('camera_view')} onPlaying={() => setLive(true)} />
          {!none && <button type="button" disabled={!live} onClick={() => { if (video.current) take(video.current, video.current.videoWidth, video.current.videoHeight); }}>{t('photo_shoot')}</button>}
          <label class="file">{t('picture_file')}<input type="file" accept="image/jpeg,image/png" onChange={choose} /></label>
        </>
      )}
      <canvas ref={canvas} hidden={at !== 'taken'} role="img" aria-label={t('photo_taken')} />
      {at === 'taken' && <button type="button" onClick={() => { give(''); setAt('open'); }}>{t('photo_again')}</button>}
      {said && <p class="wrong" role="alert">{said}</p>}
    </div>
  );
}
