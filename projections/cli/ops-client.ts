import { z } from 'zod';

/** What `/ops/projections` says of one projection. */
const found = z.object({
  name: z.string(),
  group: z.string(),
  state: z.string(),
  lag: z.number(),
  parked: z.number(),
  generation: z.number(),
  builtAt: z.string(),
  rows: z.number(),
  lastError: z.string().optional(),
});

export type Found = z.infer<typeof found> & { readonly service: string };

/** The services that may have read models. */
const SERVICES = [
  'moc-management',
  'gallery',
  'profile',
  'wishlist',
  'file-processing',
  'inventory',
  'search',
  'file-storage',
] as const;

/** The gateway says so of services that are not there (yet). */
const ABSENT = new Set([404, 502, 503, 504]);

export type OpsClient = {
  /** Of all services that answer; `silent` are those that do not. */
  readonly everything: () => Promise<{ readonly projections: readonly Found[]; readonly silent: readonly string[] }>;
  /** Throws when no service, or more than one, has it. */
  readonly find: (name: string) => Promise<Found>;
  /** Asks about one projection; throws what the problem says. */
  readonly ask: (projection: Found, method: 'GET' | 'POST', path?: string) => Promise<Response>;
};

const problemText = async (response: Response): Promise<string> => {
  const text = await response.text();
  try {
    const { detail, correlationId } = JSON.parse(text) as { detail?: string; correlationId?: string };
    return `${detail ?? text} (${response.status}, correlation id ${correlationId ?? 'unknown'})`;
  } catch {
    return `The gateway answered ${response.status}`;
  }
};

const operatorToken = async (env: NodeJS.ProcessEnv): Promise<string> => {
  if (env['LEGO_MOC_TOKEN'] !== undefined) return env['LEGO_MOC_TOKEN'];
  const [{ issueToken }, { dataDir }] = await Promise.all([
    import('@lego-moc/embedded-identity/issue-token'),
    import('@lego-moc/embedded-identity/keys'),
  ]);
  return issueToken(dataDir(env), { name: 'operator', roles: ['operator'], ttlS: 3_600 });
};

/** Asks the services through the gateway, as an operator. */
export const opsClient = async (env: NodeJS.ProcessEnv): Promise<OpsClient> => {
  const base = env['LEGO_MOC_URL'] ?? 'http://127.0.0.1:9000';
  const headers = { authorization: `Bearer ${await operatorToken(env)}` };

  const request = async (path: string, method: 'GET' | 'POST'): Promise<Response> => {
    try {
      return await fetch(new URL(path, base), { method, headers });
    } catch (error) {
      throw new Error(`Nobody answers at ${base}. Is the platform running (npm start)?`, { cause: error });
    }
  };

  const ofService = async (service: string): Promise<readonly Found[] | undefined> => {
    const response = await request(`/ops/${service}/projections`, 'GET');
    if (ABSENT.has(response.status)) return undefined;
    if (!response.ok) throw new Error(await problemText(response));
    const { projections } = z.object({ projections: z.array(found) }).parse(await response.json());
    return projections.map((projection) => ({ ...projection, service }));
  };

  const everything: OpsClient['everything'] = async () => {
    const answers = await Promise.all(SERVICES.map(async (service) => ({ service, said: await ofService(service) })));
    return {
      projections: answers.flatMap(({ said }) => said ?? []),
      silent: answers.filter(({ said }) => said === undefined).map(({ service }) => service),
    };
  };

  return {
    everything,
    find: async (name) => {
      const { projections } = await everything();
      const [first, second] = projections.filter(
        (each) => each.name === name || `${each.service}/${each.name}` === name,
      );
      if (first === undefined)
        throw new Error(`There is no projection ${name}. Known: ${projections.map((each) => each.name).join(', ')}`);
      if (second !== undefined)
        throw new Error(`${name} is in ${first.service} and in ${second.service}: say SERVICE/${name}`);
      return first;
    },
    ask: async ({ service, name }, method, path = '') => {
      const response = await request(`/ops/${service}/projections/${name}${path}`, method);
      if (!response.ok) throw new Error(await problemText(response));
      return response;
    },
  };
};
