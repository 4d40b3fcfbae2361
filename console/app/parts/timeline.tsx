import { useEffect, useRef } from 'preact/hooks';
import Plot from 'uplot';
import 'uplot/dist/uPlot.min.css';

export type Mark = { readonly atSeconds: number; readonly text: string };

type Data = {
  readonly times: readonly number[];
  /** Null where nothing is known. */
  readonly requests: readonly (number | null)[];
  readonly errors: readonly (number | null)[];
};

type Props = Data & { readonly label: string; readonly marks: readonly Mark[] };

const HEIGHT = 200;

/** A colour of the theme as the browser computes it: a canvas knows no variables of a style sheet. */
const colour = (box: HTMLElement, name: string): string => {
  const probe = box.appendChild(document.createElement('span'));
  probe.style.color = `var(--${name})`;
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
};

const drawMarks = (box: HTMLElement, marks: () => readonly Mark[]) => (plot: Plot) => {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.strokeStyle = colour(box, 'serious');
  ctx.setLineDash([4, 4]);
  for (const { atSeconds } of marks()) {
    const x = Math.round(plot.valToPos(atSeconds, 'x', true));
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
};

/** In UTC, as everywhere in the console. */
const clockTime = (seconds: number): string => new Date(seconds * 1_000).toISOString().slice(11, 16);

const toData = ({ times, requests, errors }: Data): Plot.AlignedData => [[...times], [...requests], [...errors]];

/** Requests and errors over time, with marks where something was changed. */
export const Timeline = ({ times, requests, errors, label, marks }: Props) => {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot>();
  const latestMarks = useRef(marks);
  latestMarks.current = marks;

  useEffect(() => {
    const { current } = box;
    if (current === null) return undefined;
    const axis = { stroke: () => colour(current, 'faint'), grid: { stroke: () => colour(current, 'line') } };
    const chart = new Plot(
      {
        ...{ width: current.clientWidth, height: HEIGHT, legend: { show: false }, cursor: { drag: { x: false } } },
        series: [
          {},
          { label: 'Requests', stroke: () => colour(current, 'accent'), width: 1.5 },
          { label: 'Errors', stroke: () => colour(current, 'critical'), width: 1.5 },
        ],
        axes: [{ ...axis, values: (_plot, seconds) => seconds.map(clockTime) }, axis],
        hooks: { draw: [drawMarks(current, () => latestMarks.current)] },
      },
      toData({ times, requests, errors }),
      current,
    );
    plot.current = chart;
    const resize = new ResizeObserver(() => chart.setSize({ width: current.clientWidth, height: HEIGHT }));
    resize.observe(current);
    const theme = new MutationObserver(() => chart.redraw());
    theme.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    return () => {
      resize.disconnect();
      theme.disconnect();
      chart.destroy();
    };
  }, []);
  useEffect(() => plot.current?.setData(toData({ times, requests, errors })), [times, requests, errors]);

  return <div class="timeline" ref={box} role="img" aria-label={label} />;
};
