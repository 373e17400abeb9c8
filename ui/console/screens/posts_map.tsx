// Where posts stand, drawn by us: the host's outline (data/outlines.tsv) where we have one, degrees, and a shape for each post. The
// picture says nothing that does not stand in words beside it.
import { number, t, word } from '../../kit/i18n';
import { useWidth } from '../../kit/width';
import type { Post } from '../api/types';
import { go, href } from '../router';
import { session } from '../session';
import { standingOf, standings, type Standing } from './post_state';

declare const OUTLINES: Record<string, [longitude: number, latitude: number][][]>;

/** Hundredths of degrees; none where we have no outline of the country. */
export const outlineOf = (country: string): [longitude: number, latitude: number][][] => OUTLINES[country] ?? [];

type Placed = Post & { latitude: number; longitude: number };
const margin = 28, highest = 620;

/** A shape of its own for each standing, 16 pixels wide, about 0. */
const shapes: Record<Standing, string> = {
  green: 'M-7 0a7 7 0 1 0 14 0a7 7 0 1 0-14 0Z', amber: 'M0-8.5 8.5 7h-17Z', silent: 'M-7-7h5v14h-5ZM2-7h5v14H2Z', red: 'M-7-7H7V7H-7Z',
  none: 'M0-9 9 0 0 9-9 0Z', expected: 'M-6 0a6 6 0 1 0 12 0a6 6 0 1 0-12 0Z', revoked: 'm-6-6 12 12M6-6-6 6',
};

export function Shape({ value }: { value: Standing }) {
  return <path class={`post-mark ${value}`} d={shapes[value]} />;
}

/** Longitude and latitude to pixels: equal lengths in both directions in the middle of what is shown. */
export function projection(points: [number, number][], width: number): { height: number; at: (longitude: number, latitude: number) => [number, number]; box: number[] } {
  const lons = points.map(([lon]) => lon), lats = points.map(([, lat]) => lat);
  const [west, east, south, north] = [Math.min(...lons), Math.max(...lons), Math.min(...lats), Math.max(...lats)].map((n, i) => n + (i % 2 ? 0.15 : -0.15)) as [number, number, number, number];
  const narrow = Math.cos(((south + north) / 2) * Math.PI / 180);
  const scale = Math.min((width - 2 * margin) / ((east - west) * narrow), (highest - 2 * margin) / (north - south));
  const height = Math.round((north - south) * scale + 2 * margin);
  const aside = (width - (east - west) * narrow * scale) / 2;
  return { height, box: [west, east, south, north], at: (lon, lat) => [aside + (lon - west) * narrow * scale, margin + (north - lat) * scale] };
}

/** Names that have room: of those that need looking at first, none over another or over a mark. */
function labels(posts: { post: Placed; x: number; y: number }[], width: number): { id: string; text: string; x: number; y: number; end: boolean }[] {
  const taken = posts.map(({ x, y }) => [x - 9, y - 9, x + 9, y + 9]);
  const free = (box: number[]): boolean => taken.every(([l, o, r, u]) => box[2]! < l! || box[0]! > r! || box[3]! < o! || box[1]! > u!);
  const placed = [];
  for (const { post, x, y } of posts) {
    const wide = [...post.name].reduce((sum, c) => sum + (c > '\u2e80' ? 13 : c > '\u1780' ? 9 : 7), 0);
    for (const end of [false, true]) {
      const box = end ? [x - 13 - wide, y - 8, x - 13, y + 8] : [x + 13, y - 8, x + 13 + wide, y + 8];
      if (box[0]! < 2 || box[2]! > width - 2 || !free(box)) continue;
      taken.push(box);
      placed.push({ id: post.id, text: post.name, x: end ? x - 13 : x + 13, y: y + 4, end });
      break;
    }
  }
  return placed;
}

export function Degrees({ box, at, width, height }: { box: number[]; at: (lon: number, lat: number) => [number, number]; width: number; height: number }) {
  const [west, east, south, north] = box as [number, number, number, number];
  const whole = (from: number, to: number): number[] => Array.from({ length: Math.floor(to) - Math.ceil(from) + 1 }, (_, i) => Math.ceil(from) + i);
  return (
    <g class="degrees">
      {whole(west, east).map((lon) => { const [x] = at(lon, 0); return <g key={lon}><path d={`M${x} 0V${height}`} /><text x={x + 3} y={height - 5}>{number(Math.abs(lon))}°{lon < 0 ? 'W' : 'E'}</text></g>; })}
      {whole(south, north).map((lat) => { const [, y] = at(0, lat); return <g key={lat}><path d={`M0 ${y}H${width}`} /><text x="3" y={y - 4}>{number(Math.abs(lat))}°{lat < 0 ? 'S' : 'N'}</text></g>; })}
    </g>
  );
}

export function PostsMap({ posts }: { posts: Post[] }) {
  const { ref, width } = useWidth<HTMLElement>(760);
  const rings = outlineOf(session.value?.host ?? '');
  const placed = posts.filter((each): each is Placed => each.latitude !== undefined && each.longitude !== undefined && each.state !== 'revoked');
  const points = [...rings.flat().map(([lon, lat]): [number, number] => [lon / 100, lat / 100]), ...placed.map((each): [number, number] => [each.longitude, each.latitude])];
  const without = posts.filter((each) => each.state !== 'revoked').length - placed.length;
  const present = standings.filter((standing) => placed.some((each) => standingOf(each) === standing));

  if (!points.length) return <p class="quiet">{t('map_empty')}</p>;
  const { at, height, box } = projection(points, width);
  const marks = placed.map((post) => { const [x, y] = at(post.longitude, post.latitude); return { post, x, y, standing: standingOf(post) }; })
    .sort((a, b) => standings.indexOf(a.standing) - standings.indexOf(b.standing));
  return (
    <figure class="map" ref={ref}>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`${t('map_of_posts')}: ${present.map((each) => `${word('standing', each)} ${number(placed.filter((post) => standingOf(post) === each).length)}`).join(', ')}`}>
        <Degrees box={box} at={at} width={width} height={height} />
        <path class="land" d={rings.map((ring) => `M${ring.map(([lon, lat]) => at(lon / 100, lat / 100).map((n) => n.toFixed(1)).join(' ')).join('L')}Z`).join('')} />
        {labels(marks, width).map((each) => <text key={each.id} class="post-name" x={each.x} y={each.y} text-anchor={each.end ? 'end' : 'start'}>{each.text}</text>)}
        {[...marks].reverse().map(({ post, x, y, standing }) => (
          <g key={post.id} class="post-place" transform={`translate(${x.toFixed(1)} ${y.toFixed(1)})`} onClick={() => go(href('posts', post.id))}>
            <title>{`${post.name}: ${word('standing', standing)}`}</title><circle class="post-ground" r="11" /><Shape value={standing} />
          </g>
        ))}
      </svg>
      <figcaption>
        <ul class="legend">{present.map((each) => <li key={each}><svg viewBox="-10 -10 20 20" aria-hidden="true"><Shape value={each} /></svg>{word('standing', each)}</li>)}</ul>
        <p class="quiet">{without > 0 && `${t('map_without', { n: number(without) })} `}{rings.length > 0 ? t('map_source') : t('map_degrees')}</p>
      </figcaption>
    </figure>
  );
}
