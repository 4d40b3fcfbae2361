import { DEFAULT_PORTS } from '@lego-moc/http/default-ports';
import { schemaOf, type ServiceContract } from '@lego-moc/http/service-contract';
import { OPTIONAL_SERVICES, SERVICES } from '../../contexts/registry.ts';

/** A process that `npm start` starts. */
export type Service = {
  readonly name: string;
  readonly port: number;
  /** Path of its main file, from the root of the repository. */
  readonly entry: string;
  /** Arguments of Node. */
  readonly nodeFlags?: readonly string[];
  /** Its own schema, and the role of the same name that owns it. */
  readonly schema?: string;
  /** Whether it has an account of the event store. */
  readonly usesEventStore?: boolean;
  /** PostgreSQL extensions it needs: only a superuser may add them. */
  readonly extensions?: readonly string[];
  readonly purpose: string;
};

/**
 * Arguments of Node for every context. By default V8 keeps a young generation of some 30 MB after the burst of a start;
 * at 4 MB a space the collector costs little more. V8 reads this once, at its own start.
 */
export const SERVICE_FLAGS: readonly string[] = ['--max-semi-space-size=4'];

const serviceOf = ({ name, port, purpose, extensions = [] }: ServiceContract): Service => ({
  ...{ name, port, purpose, extensions },
  entry: `contexts/${name}/main.ts`,
  nodeFlags: SERVICE_FLAGS,
  schema: schemaOf({ name }),
  usesEventStore: true,
});

export const CONTEXTS: readonly Service[] = SERVICES.map(serviceOf);

export const GATEWAY: Service = {
  name: 'gateway',
  port: DEFAULT_PORTS.gateway,
  entry: 'gateway/main.ts',
  // All that a request makes is garbage when it is answered: a young generation that is large from the start is
  // collected less often than one that has to grow. V8 reads this once, at its own start.
  nodeFlags: ['--min-semi-space-size=32', '--max-semi-space-size=32'],
  purpose: 'the only public entrance',
};

/** Started only where the variable names what it works on. */
export type OptionalService = Service & { readonly variable: string };

export const EVENT_BUS_RELAY: OptionalService = {
  name: 'event-bus-relay',
  port: DEFAULT_PORTS['event-bus-relay'],
  entry: 'infra/event-bus-relay/main.ts',
  nodeFlags: SERVICE_FLAGS,
  usesEventStore: true,
  variable: 'EVENT_BUS_URL',
  purpose: 'integration events to the event bus',
};

export const OPTIONAL: readonly OptionalService[] = [
  EVENT_BUS_RELAY,
  ...OPTIONAL_SERVICES.map((service) => ({ ...serviceOf(service), variable: service.variable })),
];

/** Those of them that there is work for. */
export const optionalServicesFor = (env: Readonly<Record<string, string | undefined>>): readonly OptionalService[] =>
  OPTIONAL.filter(({ variable }) => env[variable] !== undefined);

/** Stands in for a real component until the variable names one. */
export type EmbeddedComponent = {
  readonly name: 'event-store' | 'postgres' | 'identity';
  readonly port: number;
  readonly entry: string;
  readonly variable: string;
  readonly purpose: string;
};

const defineEmbedded = (name: EmbeddedComponent['name'], variable: string, purpose: string): EmbeddedComponent => ({
  name,
  port: DEFAULT_PORTS[name],
  entry: `infra/embedded/${name}/main.ts`,
  variable,
  purpose,
});

export const EMBEDDED_COMPONENTS: readonly EmbeddedComponent[] = [
  defineEmbedded('event-store', 'EVENTSTORE_URL', 'EventStoreDB protocol over LMDB'),
  defineEmbedded('postgres', 'DATABASE_URL', 'read models'),
  defineEmbedded('identity', 'AUTH_JWKS_URL', 'development tokens'),
];

/** Needs met inside the services unless the variable names something better. */
export const IN_PROCESS_DEFAULTS = [
  { component: 'cache', variable: 'REDIS_URL', embedded: 'in each process' },
  { component: 'search', variable: 'OPENSEARCH_URL', embedded: 'in PostgreSQL' },
  { component: 'files', variable: 'S3_BUCKET', embedded: 'directory behind signed URLs' },
  { component: 'virus scan', variable: 'CLAMAV_URL', embedded: 'refuses the EICAR test file only' },
  { component: 'event bus', variable: 'EVENT_BUS_URL', embedded: 'none: events stay in the event store' },
] as const;

export type Ports = ReadonlyMap<string, number>;

/** The default ports, away from the ports that databases usually have. */
export const standardPorts = (): Ports =>
  new Map([GATEWAY, ...CONTEXTS, ...OPTIONAL, ...EMBEDDED_COMPONENTS].map(({ name, port }) => [name, port]));

/**
 * The standard ports, but for those that `LEGO_MOC_PORTS` names: `gateway=9001,postgres=9031`. Throws on a name that
 * is not ours or a port that is none.
 */
export const portsFrom = (choices = ''): Ports => {
  const ports = new Map(standardPorts());
  for (const choice of choices.split(',').filter((some) => some !== '')) {
    const [name = '', port = ''] = choice.split('=');
    if (!ports.has(name) || !/^[1-9]\d{0,4}$/.test(port))
      throw new Error(`LEGO_MOC_PORTS: ${choice} is not NAME=PORT with one of ${[...ports.keys()].join(', ')}`);
    ports.set(name, Number(port));
  }
  return ports;
};

/** The port of `name`. Throws when nobody of that name was given one. */
export const portOf = (ports: Ports, name: string): number => {
  const port = ports.get(name);
  if (port === undefined) throw new Error(`${name} has no port`);
  return port;
};
