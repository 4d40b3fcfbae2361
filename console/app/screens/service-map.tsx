import { useServices, type ServiceState, type Snapshot } from '../api/services.ts';
import { callsOf, routesOf, type Call, type RouteRow } from '../model/service-rates.ts';
import { NODE_SIZE, placeServices, type PlacedEdge, type PlacedNode } from '../model/service-map.ts';
import { CouldNotAsk, Loading } from '../parts/could-not-ask.tsx';
import { DataTable, type ViewColumn } from '../parts/data-table.tsx';
import { linkTo } from '../parts/links.ts';
import { useParam } from '../parts/params.ts';
import { formatP95, formatRate, formatShare } from '../parts/rate-text.ts';
import { Link, useLocation } from 'wouter-preact';
import { ServiceDetails } from './service-details.tsx';

const COLUMNS: readonly ViewColumn<RouteRow>[] = [
  {
    key: 'service',
    title: 'Service',
    value: ({ service }) => service,
    view: ({ service }) => <Link href={linkTo('services', { service })}>{service}</Link>,
  },
  { key: 'route', title: 'Route', value: ({ route }) => route },
  {
    key: 'rate',
    title: 'Requests',
    isNumber: true,
    value: ({ rate }) => rate?.perSecond ?? null,
    view: ({ rate }) => formatRate(rate),
  },
  {
    key: 'errors',
    title: 'Errors',
    isNumber: true,
    value: ({ rate }) => rate?.errorShare ?? null,
    view: ({ rate }) => formatShare(rate),
  },
  {
    key: 'p95',
    title: 'p95',
    isNumber: true,
    value: ({ rate }) => rate?.p95 ?? null,
    view: ({ rate }) => formatP95(rate),
  },
];

type NodeProps = {
  readonly node: PlacedNode;
  readonly state: ServiceState | undefined;
  readonly onOpen: () => void;
};

const Node = ({ node: { name, x, y }, state, onOpen }: NodeProps) => (
  <g
    class="place"
    transform={`translate(${String(x - NODE_SIZE.width / 2)} ${String(y - NODE_SIZE.height / 2)})`}
    onClick={onOpen}
  >
    <rect
      class={state?.isReady === true ? 'node' : 'node bad'}
      width={NODE_SIZE.width}
      height={NODE_SIZE.height}
      rx="6"
    />
    <text x="12" y="26" class="name">
      {name}
    </text>
    <text x="12" y="48" class="state">
      {state?.isReady === true ? 'ready' : 'not ready'}
    </text>
  </g>
);

const edgeLabel = (call: Call | undefined): string => {
  if (call?.isOpen === true) return 'breaker open';
  const rate = call?.rate;
  if (rate === undefined) return '';
  const errors = rate.errorShare > 0 ? [`${formatShare(rate)} errors`] : [];
  return [formatRate(rate), ...errors, ...(rate.p95 === undefined ? [] : [formatP95(rate)])].join(' · ');
};

const Edge = ({ edge: { points }, call }: { readonly edge: PlacedEdge; readonly call: Call | undefined }) => {
  const middle = points[Math.floor(points.length / 2)] ?? { x: 0, y: 0 };
  const isBad = call?.isOpen === true || (call?.rate?.errorShare ?? 0) > 0;
  return (
    <g class={isBad ? 'edge bad' : 'edge'}>
      <polyline points={points.map(({ x, y }) => `${x.toFixed(0)},${y.toFixed(0)}`).join(' ')} />
      <text x={middle.x} y={middle.y - 4} text-anchor="middle">
        {edgeLabel(call)}
      </text>
    </g>
  );
};

type PictureProps = {
  readonly snapshot: Snapshot;
  readonly calls: readonly Call[];
  readonly onOpen: (service: string) => void;
};

const Picture = ({ snapshot, calls, onOpen }: PictureProps) => {
  const { left, top, width, height, nodes, edges } = placeServices(
    snapshot.services.map(({ name }) => name),
    calls,
  );
  return (
    <svg
      class="map"
      viewBox={[left, top, width, height].join(' ')}
      role="img"
      aria-label="Services and their calls; the tables say the same"
    >
      {edges.map((edge) => (
        <Edge
          key={`${edge.from} ${edge.to}`}
          edge={edge}
          call={calls.find(({ from, to }) => from === edge.from && to === edge.to)}
        />
      ))}
      {nodes.map((node) => (
        <Node
          key={node.name}
          node={node}
          state={snapshot.services.find(({ name }) => name === node.name)}
          onOpen={() => onOpen(node.name)}
        />
      ))}
    </svg>
  );
};

/** The gateway and the services: which are ready, who calls whom, how often, how slowly and with how many errors. */
export const ServiceMapScreen = () => {
  const { data, before, minuteBefore, error, refetch } = useServices();
  const [name] = useParam('service');
  const [, navigate] = useLocation();
  if (data === undefined)
    return error === null ? (
      <Loading what="the services" />
    ) : (
      <CouldNotAsk what="the services" error={error} retry={() => void refetch()} />
    );
  const calls = callsOf(data, before);
  const selection = data.services.find((state) => state.name === name);
  return (
    <>
      <h1>Services</h1>
      {error === null ? null : <CouldNotAsk what="the services" error={error} retry={() => void refetch()} />}
      {data.services.map(({ name, isReady, reason, traffic }) =>
        isReady && traffic !== null ? null : (
          <p key={name} class="could-not-ask" role="alert">
            <strong>{name}</strong> {isReady ? 'Its metrics could not be asked for.' : (reason ?? 'It is not ready.')}
          </p>
        ),
      )}
      <Picture snapshot={data} calls={calls} onOpen={(service) => navigate(linkTo('services', { service }))} />
      {selection === undefined ? null : (
        <ServiceDetails
          key={name}
          state={selection}
          calls={callsOf(data, minuteBefore).filter(({ to }) => to === name)}
        />
      )}
      {before === undefined ? <p class="faint">Rates follow with the second answer, in ten seconds.</p> : null}
      <DataTable
        name="Routes"
        columns={COLUMNS}
        rows={routesOf(data, before)}
        keyOf={({ service, route }) => `${service} ${route}`}
        whenEmpty="No service has answered a request since it started."
      />
    </>
  );
};
