import { z } from 'zod';

const found = z.object({
  name: z.string(),
  group: z.string(),
  state: z.string(),
  lag: z.number(),
  parked: z.number(),
  lastError: z.string().optional(),
});

const foundProjection = found.extend({ generation: z.number(), builtAt: z.string(), rows: z.number() });

type Place = { readonly service: string };
export type FoundProjection = z.infer<typeof foundProjection> & Place & { readonly kind: 'projection' };
/** A persistent subscription with no read model on it: a publisher, a consumer of news, a process. */
export type FoundSubscription = z.infer<typeof found> & Place & { readonly kind: 'subscription' };
export type Found = FoundProjection | FoundSubscription;

/** The services that may have something to operate. */
const SERVICES = ['moc-management', 'profile', 'wishlist', 'file-processing', 'search', 'file-storage'] as const;

/** The gateway says so of services that are not there (yet). */
const ABSENT = new Set([404, 502, 503, 504]);

export type Everything = {
  readonly projections: readonly FoundProjection[];
  readonly subscriptions: readonly FoundSubscription[];
  /** Services that do not answer. */
  readonly silent: readonly string[];
};

export type OpsClient = {
  /** Of all services that answer. */
  readonly everything: () => Promise<Everything>;
  /** By name, or `SERVICE/name`. Throws when no service, or more than one, has it. */
  readonly find: (name: string) => Promise<Found>;
  /** Asks about one of them; throws what the problem says. */
  readonly ask: (one: Found, method: 'GET' | 'POST', path?: string) => Promise<Response>;
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

const projectionList = z.object({ projections: z.array(foundProjection).default([]) });
const subscriptionList = z.object({ subscriptions: z.array(found).default([]) });

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

  const listed = async (service: string, what: string): Promise<unknown> => {
    const response = await request(`/ops/${service}/${what}`, 'GET');
    if (ABSENT.has(response.status)) return undefined;
    if (!response.ok) throw new Error(await problemText(response));
    return response.json();
  };

  const ofService = async (service: string): Promise<Omit<Everything, 'silent'> | undefined> => {
    const [projecting, subscribed] = await Promise.all([
      listed(service, 'projections'),
      listed(service, 'subscriptions'),
    ]);
    if (projecting === undefined && subscribed === undefined) return undefined;
    const { projections } = projectionList.parse(projecting ?? {});
    const { subscriptions } = subscriptionList.parse(subscribed ?? {});
    const behindProjections = new Set(projections.map(({ group }) => group));
    return {
      projections: projections.map((each) => ({ ...each, service, kind: 'projection' })),
      subscriptions: subscriptions
        .filter(({ group }) => !behindProjections.has(group))
        .map((each) => ({ ...each, service, kind: 'subscription' })),
    };
  };

  const everything: OpsClient['everything'] = async () => {
    const answers = await Promise.all(SERVICES.map(async (service) => ({ service, said: await ofService(service) })));
    return {
      projections: answers.flatMap(({ said }) => said?.projections ?? []),
      subscriptions: answers.flatMap(({ said }) => said?.subscriptions ?? []),
      silent: answers.filter(({ said }) => said === undefined).map(({ service }) => service),
    };
  };

  return {
    everything,
    find: async (name) => {
      const { projections, subscriptions } = await everything();
      const all: readonly Found[] = [...projections, ...subscriptions];
      const [first, second] = all.filter((each) => each.name === name || `${each.service}/${each.name}` === name);
      if (first === undefined)
        throw new Error(`There is nothing named ${name}. Known: ${all.map((each) => each.name).join(', ')}`);
      if (second !== undefined)
        throw new Error(`${name} is in ${first.service} and in ${second.service}: say SERVICE/${name}`);
      return first;
    },
    ask: async ({ service, kind, name }, method, path = '') => {
      const response = await request(`/ops/${service}/${kind}s/${encodeURIComponent(name)}${path}`, method);
      if (!response.ok) throw new Error(await problemText(response));
      return response;
    },
  };
};
