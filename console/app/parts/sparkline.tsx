import type { Sample } from '../model/trend.ts';

const WIDTH = 90;
const HEIGHT = 20;

/** The course of a lag; nothing while there is only one sample. */
export const Sparkline = ({ samples }: { readonly samples: readonly Sample[] }) => {
  const [first, last] = [samples.at(0), samples.at(-1)];
  if (first === undefined || last === undefined || samples.length < 2) return <span class="faint">–</span>;
  const span = last.atMs - first.atMs;
  const top = Math.max(1, ...samples.map(({ lag }) => lag));
  const points = samples
    .map(({ atMs, lag }) => {
      const x = ((atMs - first.atMs) / span) * WIDTH;
      const y = HEIGHT - 1 - (lag / top) * (HEIGHT - 2);
      return `${x.toFixed(1)},${y.toFixed(1)}`;
    })
    .join(' ');
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${String(WIDTH)} ${String(HEIGHT)}`}
      role="img"
      aria-label={`From ${String(first.lag)} to ${String(last.lag)}`}
    >
      <polyline points={points} />
    </svg>
  );
};
