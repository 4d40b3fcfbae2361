import { Link, useLocation } from 'wouter-preact';
import { useActions } from '../api/audit.ts';
import { useTraffic, type TrafficView } from '../api/traffic.ts';
import { formatInstant } from '../model/format.ts';
import { courseOf, totalsOf, type Total } from '../model/traffic-course.ts';
import { CouldNotAsk, Loading } from '../parts/could-not-ask.tsx';
import { DataTable, type ViewColumn } from '../parts/data-table.tsx';
import { HeatMap } from '../parts/heat-map.tsx';
import { linkTo, useLinkHere } from '../parts/links.ts';
import { useParam } from '../parts/params.ts';
import { useSession } from '../parts/session-context.ts';
import { Timeline, type Mark } from '../parts/timeline.tsx';

const HOURS = ['1', '6', '24'] as const;

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

const p95Text = (p95: number | null): string => (p95 === null ? 'more than 30 s' : `≤ ${String(p95 * 1_000)} ms`);

const columns = (title: string): readonly ViewColumn<Total>[] => [
  { key: 'name', title, value: ({ name }) => name },
  { key: 'count', title: 'Requests', isNumber: true, value: ({ count }) => count },
  {
    ...{ key: 'share', title: 'Share of traffic', isNumber: true },
    value: ({ share }) => share,
    view: ({ share }) => (
      <>
        <meter max={1} value={share} aria-hidden="true" /> {percent(share)}
      </>
    ),
  },
  {
    ...{ key: 'errors', title: 'Errors', isNumber: true },
    value: ({ errorShare }) => errorShare,
    view: ({ errorShare }) => percent(errorShare),
  },
  {
    ...{ key: 'p95', title: 'Worst p95', isNumber: true },
    value: ({ worstP95 }) => worstP95,
    view: ({ worstP95 }) => p95Text(worstP95),
  },
];

/** What changed while the traffic did: starts of processes, and what operators did. */
const useMarks = (view: TrafficView | undefined): readonly (Mark & { readonly link?: string })[] => {
  const { data } = useActions(useSession().services);
  if (view === undefined) return [];
  const actions = (data?.pages ?? []).flatMap((page) => page.actions).filter(({ takenAt }) => takenAt >= view.from);
  return [
    ...view.starts.map(({ service, at }) => ({ atSeconds: Date.parse(at) / 1_000, text: `${service} started anew` })),
    ...actions.map(({ action, target, service, takenAt, correlationId }) => ({
      atSeconds: Date.parse(takenAt) / 1_000,
      text: `${action} of ${target} in ${service}`,
      link: linkTo('audit', { q: correlationId }),
    })),
  ].toSorted((left, right) => right.atSeconds - left.atSeconds);
};

const Marks = ({ marks }: { readonly marks: ReturnType<typeof useMarks> }) => (
  <ul class="marks" aria-label="Marks">
    {marks.slice(0, 20).map(({ atSeconds, text, link }) => (
      <li key={`${String(atSeconds)} ${text}`}>
        <span class="faint">{formatInstant(new Date(atSeconds * 1_000).toISOString())}</span>{' '}
        {link === undefined ? text : <Link href={link}>{text}</Link>}
      </li>
    ))}
  </ul>
);

type CourseProps = { readonly view: TrafficView; readonly service: string };

const Course = ({ view, service }: CourseProps) => {
  const marks = useMarks(view);
  const [, navigate] = useLocation();
  const linkHere = useLinkHere('latency');
  const noun = service === '' ? 'Service' : 'Route';
  return (
    <>
      <p class="faint">
        {view.since === null ? 'Nothing was seen yet.' : `Seen by this gateway since ${formatInstant(view.since)}.`}{' '}
        Blue: requests a second; red: errors a second; dashed: marks.
      </p>
      <Timeline {...courseOf(view)} marks={marks} label="Requests and errors a second; the table says the same" />
      <h2>p95</h2>
      <HeatMap
        view={view}
        {...(service === '' ? { onOpen: (name: string) => navigate(linkHere({ service: name })) } : {})}
      />
      <DataTable
        name={`${noun}s by traffic`}
        columns={columns(noun)}
        rows={totalsOf(view)}
        keyOf={({ name }) => name}
        whenEmpty="No request was answered in this time."
      />
      {marks.length === 0 ? null : <h2>What changed meanwhile</h2>}
      <Marks marks={marks} />
    </>
  );
};

/** How fast services and routes answered over the last hours, and what changed meanwhile. */
export const Latency = () => {
  const [hoursText, setHours] = useParam('hours');
  const [service] = useParam('service');
  const hours = HOURS.find((choice) => choice === hoursText) ?? '1';
  const { data, error, refetch } = useTraffic(hours, service);
  return (
    <>
      <h1>Latency and errors</h1>
      <div class="table-tools">
        <label>
          Time{' '}
          <select value={hours} onChange={({ currentTarget }) => setHours(currentTarget.value)}>
            {HOURS.map((choice) => (
              <option key={choice} value={choice}>
                {choice} h
              </option>
            ))}
          </select>
        </label>
        {service === '' ? null : (
          <span>
            Routes of <strong>{service}</strong> · <Link href={linkTo('latency', { hours })}>All services</Link>
          </span>
        )}
      </div>
      {error === null ? null : <CouldNotAsk what="the traffic" error={error} retry={() => void refetch()} />}
      {data === undefined && error === null ? <Loading what="the traffic" /> : null}
      {data === undefined ? null : <Course view={data} service={service} />}
    </>
  );
};
