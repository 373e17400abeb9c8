// Reads the QR codes of a picture that somebody chose, in a worker: a large picture does not hold the page up, and who made it so that it takes
// for ever is ended with the worker (code.ts). Takes a File, gives a CodeAnswer. It sends nothing anywhere.
import { codesIn, type Grey } from './code-read';
import { pictureSize } from './picture-size';

/** `large`: more than a telephone may be asked to hold. `file`: no picture that can be read. */
export type CodeAnswer = { texts: string[] } | { fault: 'file' | 'large' };

const headMax = 1 << 20; // what stands before the size, in JPEG
const pixelsMax = 64_000_000; // 256 MB as the browser holds them
const lookedAt = 3_000_000; // pixels: a telephone's screen whole, a photograph of 12 megapixels by half
const workMs = 8000;

const worker = self as unknown as { onmessage: (event: MessageEvent<File>) => void; postMessage(answer: CodeAnswer): void };

/** At most `lookedAt` of them, on white where it is clear. */
async function pixelsOf(file: File): Promise<ImageData | null> {
  const bitmap = await createImageBitmap(file);
  const by = Math.min(1, Math.sqrt(lookedAt / (bitmap.width * bitmap.height)));
  const [width, height] = [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.round(side * by))) as [number, number];
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });

  if (!context) return null;
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  return context.getImageData(0, 0, width, height);
}

function greyOf({ width, height, data }: ImageData): Grey {
  const grey = new Uint8Array(width * height);

  for (let i = 0; i < grey.length; i += 1) grey[i] = ((data[4 * i] ?? 0) * 77 + (data[4 * i + 1] ?? 0) * 150 + (data[4 * i + 2] ?? 0) * 29) >> 8;
  return { width, height, data: grey };
}

async function answer(file: File): Promise<CodeAnswer> {
  const size = pictureSize(new Uint8Array(await file.slice(0, headMax).arrayBuffer()));

  // Before the browser unpacks it: a small file can be a picture of a gigabyte.
  if (!size) return { fault: 'file' };
  if (size.width * size.height > pixelsMax) return { fault: 'large' };
  const pixels = await pixelsOf(file);
  const end = performance.now() + workMs;
  return pixels ? { texts: codesIn(greyOf(pixels), () => performance.now() > end) } : { fault: 'file' };
}

worker.onmessage = ({ data }) => {
  answer(data).catch((): CodeAnswer => ({ fault: 'file' })).then((given) => { worker.postMessage(given); }).catch(() => undefined);
};
