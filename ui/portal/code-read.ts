/** QR codes in the pixels of a picture. Nothing here knows of files, pages or networks. */
import { binarize, Decoder, Detector } from '@nuintun/qrcode';

export interface Grey {
  width: number;
  height: number;
  /** One byte a pixel, row by row. */
  data: Uint8Array;
}

/** Steps of size, the fullest first: it alone tells of every code where there are several; what is blurred or faint is read in a smaller one. */
const steps = [1, 0.75, 0.5, 0.25];
const codesMax = 8;
const textMax = 4096; // what the check takes

/** The mean of what each pixel covers. */
function shrunk({ width, height, data }: Grey, by: number): Grey {
  const to = { width: Math.max(1, Math.round(width * by)), height: Math.max(1, Math.round(height * by)) };
  const out = new Uint8Array(to.width * to.height);

  if (by >= 1) return { width, height, data };
  for (let y = 0; y < to.height; y += 1) {
    const [top, bottom] = [Math.floor((y * height) / to.height), Math.floor(((y + 1) * height) / to.height)];
    for (let x = 0; x < to.width; x += 1) {
      const [left, right] = [Math.floor((x * width) / to.width), Math.floor(((x + 1) * width) / to.width)];
      let sum = 0;
      for (let row = top; row < bottom; row += 1) for (let at = left; at < right; at += 1) sum += data[row * width + at] ?? 0;
      out[y * to.width + x] = sum / ((bottom - top) * (right - left));
    }
  }
  return { ...to, data: out };
}

/** From the darkest to the lightest, for what is faint; `turned` where the code is light on dark. */
function stretched(data: Uint8Array, turned: boolean): Uint8Array {
  let [low, high] = [255, 0];

  for (const value of data) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return data.map((value) => {
    const wide = ((value - low) * 255) / Math.max(1, high - low);
    return turned ? 255 - wide : wide;
  });
}

/** Most makers write UTF-8 without saying so. */
function textOf(bytes: Uint8Array, label: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder(label).decode(bytes);
  }
}

function found({ width, height, data }: Grey, texts: Set<string>, late: () => boolean): void {
  const detected = new Detector().detect(binarize(data, width, height));
  const decoder = new Decoder({ decode: (bytes, charset) => textOf(bytes, charset.label) });

  for (let next = detected.next(); !next.done && !late() && texts.size < codesMax;) {
    let good = false;
    try {
      const text = decoder.decode(next.value.matrix).content;
      good = true;
      if (text && text.length <= textMax) texts.add(text);
    } catch {
      // Three corners that belong to no code.
    }
    next = detected.next(good);
  }
}

/** What stands in the codes of the picture, each text once, eight at most. Stops when `late`. */
export function codesIn(grey: Grey, late: () => boolean): string[] {
  const texts = new Set<string>();

  for (const step of steps) {
    const smaller = shrunk(grey, step);
    for (const turned of [false, true]) {
      if (texts.size === 0 && !late()) found({ ...smaller, data: stretched(smaller.data, turned) }, texts, late);
    }
  }
  return [...texts];
}
