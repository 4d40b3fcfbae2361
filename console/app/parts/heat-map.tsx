import type { TrafficView } from '../api/traffic.ts';
import { shadeOf } from '../model/traffic-course.ts';

const ROW = 22;
const WIDTH = 1_000;

type Props = { readonly view: TrafficView; readonly onOpen?: (name: string) => void };

const cellTitle = (name: string, p95: number | null, count: number): string =>
  `${name}: ${String(count)} requests, p95 ${p95 === null ? 'beyond 30 s' : `up to ${String(p95 * 1_000)} ms`}`;

/** A row for each service or route, a column for each step of time, the darker the slower. */
export const HeatMap = ({ view: { series, steps }, onOpen }: Props) => (
  <div class="heat-map">
    <ul aria-label="Rows of the heat map">
      {series.map(({ name }) => (
        <li key={name} title={name}>
          {onOpen === undefined ? (
            name
          ) : (
            <button type="button" onClick={() => onOpen(name)}>
              {name}
            </button>
          )}
        </li>
      ))}
    </ul>
    <svg
      viewBox={`0 0 ${String(WIDTH)} ${String(Math.max(1, series.length) * ROW)}`}
      height={Math.max(1, series.length) * ROW}
      preserveAspectRatio="none"
      role="img"
      aria-label="p95 by time, the darker the slower; the table says the same"
    >
      {series.map(({ name, cells }, row) =>
        cells.map(({ step, p95, count }) => (
          <rect
            key={`${name} ${String(step)}`}
            class={`shade-${String(shadeOf(p95))}`}
            x={(step / steps) * WIDTH}
            y={row * ROW + 1}
            width={WIDTH / steps}
            height={ROW - 2}
          >
            <title>{cellTitle(name, p95, count)}</title>
          </rect>
        )),
      )}
    </svg>
  </div>
);
