// The coordinates of a call for help on the outline of the country: no link leads out of here, nothing is fetched.
import { number, t } from '../../kit/i18n';
import { useWidth } from '../../kit/width';
import { Degrees, outlineOf, projection } from './posts_map';

/** Degrees as people type them: "11.55", "11,55", "N 11.55". Nothing where there are minutes beside them: a mark at another place is worse than none. */
function degrees(typed: string | undefined, most: number): number | null {
  const found = /^[^\d-]*(-?\d{1,3}(?:[.,]\d+)?)[^\d]*$/.exec(typed ?? '')?.[1]?.replace(',', '.');
  const value = found ? Number(found) : Number.NaN;
  return Math.abs(value) <= most ? value : null;
}

export function RescueMap({ place, host }: { place: Record<string, string> | undefined; host: string }) {
  const { ref, width } = useWidth<HTMLElement>(520);
  const lat = degrees(place?.['latitude'], 90), lon = degrees(place?.['longitude'], 180);
  const rings = outlineOf(host);

  if (lat === null || lon === null) return null;
  const land = rings.flat().map(([east, north]): [number, number] => [east / 100, north / 100]);
  const { at, height, box } = projection([...land, [lon, lat]], Math.min(width, 520));
  const [x, y] = at(lon, lat);
  const wide = Math.min(width, 520);
  return (
    <figure class="card map" ref={ref}>
      <svg viewBox={`0 0 ${wide} ${height}`} role="img" aria-label={`${t('rescue_map')}: ${number(lat)}, ${number(lon)}`}>
        <Degrees box={box} at={at} width={wide} height={height} />
        <path class="land" d={rings.map((ring) => `M${ring.map(([east, north]) => at(east / 100, north / 100).map((n) => n.toFixed(1)).join(' ')).join('L')}Z`).join('')} />
        <g class="rescue-mark" transform={`translate(${x.toFixed(1)} ${y.toFixed(1)})`}><circle r="9" /><path d="M-15 0H15M0-15V15" /></g>
      </svg>
      <figcaption class="quiet">{t('rescue_map')}</figcaption>
    </figure>
  );
}
