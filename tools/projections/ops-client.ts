import { z } from 'zod';
import { newId } from '@lego-moc/application/new-id';
import { LOCAL_GATEWAY_URL } from '@lego-moc/http/default-ports';
import type { AuditCheck } from '@lego-moc/operations/contracts/audits';
import { SERVICES } from '../../contexts/registry.ts';

const subscriptionStatus = z.object({
  name: z.string(),
  group: z.string(),
  state: z.string(),
  lag: z.number().nullable(),
  secondsBehind: z.number().optional(),
  parked: z.number(),
  lastError: z.string().optional(),
});

const projectionStatus = subscriptionStatus.extend({ generation: z.number(), builtAt: z.string(), rows: z.number() });

const operatorAction = z.object({
  takenAt: z.string(),
  operator: z.string(),
  service: z.string(),
  action: z.string(),
  target: z.string(),
  count: z.number().nullable(),
  reason: z.string().nullable(),
  correlationId: z.string(),
});
export type OperatorAction = z.infer<typeof operatorAction>;

type InService = { readonly service: string };
export type OperatedProjection = z.infer<typeof projectionStatus> & InService & { readonly kind: 'projection' };
/** A persistent subscription without a read model: a publisher, a consumer of other contexts' events, a process. */
export type OperatedSubscription = z.infer<typeof subscriptionStatus> & InService & { readonly kind: 'subscription' };
export type OperatedConsumer = OperatedProjection | OperatedSubscription;

/** Status codes of the gateway for services that are not running. */
const UNREACHABLE = new Set([404, 502, 503, 504]);

export type Listing = {
  readonly projections: readonly OperatedProjection[];
  readonly subscriptions: readonly OperatedSubscription[];
  /** Names of services that do not answer. */
  readonly unreachable: readonly string[];
};

export type OpsClient = {
  /** Of all services that answer. */
  readonly listAll: () => Promise<Listing>;
  /** By name, or `SERVICE/name`. Throws when no service, or more than one, has it. */
  readonly find: (name: string) => Promise<OperatedConsumer>;
  /** What operators did, in all services: the latest first. Throws when no service answers. */
  readonly actions: (limit: number) => Promise<readonly OperatorAction[]>;
  /** Puts what an audit has found on record. Throws when no service takes it. */
  readonly report: (checks: readonly AuditCheck[]) => Promise<void>;
  /** Sends a request about one of them; throws an error with the text of the problem. */
  readonly request: (
    item: OperatedConsumer,
    method: 'GET' | 'POST',
    path?: string,
    body?: unknown,
  ) => Promise<Response>;
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
  return issueToken(dataDir(env), { name: 'operator', roles: ['operator', 'operator:act'], ttlS: 3_600 });
};

const actionList = z.object({ actions: z.array(operatorAction) });
const projectionList = z.object({ projections: z.array(projectionStatus).default([]) });
const subscriptionList = z.object({ subscriptions: z.array(subscriptionStatus).default([]) });

/** Every service answers the same: the first that is there. */
const firstActions = async (
  get: (service: string, collection: string) => Promise<unknown>,
  limit: number,
): Promise<readonly OperatorAction[]> => {
  for (const { name } of SERVICES) {
    const answer = await get(name, `actions?limit=${limit}`);
    if (answer !== undefined) return actionList.parse(answer).actions;
  }
  throw new Error('No service answers');
};

type Send = (path: string, method: 'GET' | 'POST', body?: unknown) => Promise<Response>;

/** Sends requests to the gateway at `base`; what changes something has a key of its own. */
const sender =
  (base: string, token: string): Send =>
  async (path, method, body) => {
    const headers = {
      authorization: `Bearer ${token}`,
      ...(method === 'POST' && { 'idempotency-key': newId() }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    };
    try {
      return await fetch(new URL(path, base), {
        ...{ method, headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    } catch (error) {
      throw new Error(`No answer from ${base}. Is the platform running (npm start)?`, { cause: error });
    }
  };

/** Operates the services through the gateway, as an operator. */
export const opsClient = async (env: NodeJS.ProcessEnv): Promise<OpsClient> => {
  const send = sender(env['LEGO_MOC_URL'] ?? LOCAL_GATEWAY_URL, await operatorToken(env));

  const get = async (service: string, collection: string): Promise<unknown> => {
    const response = await send(`/ops/${service}/${collection}`, 'GET');
    if (UNREACHABLE.has(response.status)) return undefined;
    if (!response.ok) throw new Error(await problemText(response));
    return response.json();
  };

  const listService = async (service: string): Promise<Omit<Listing, 'unreachable'> | undefined> => {
    const answers = await Promise.all([get(service, 'projections'), get(service, 'subscriptions')]);
    if (answers.every((answer) => answer === undefined)) return undefined;
    const { projections } = projectionList.parse(answers[0] ?? {});
    const { subscriptions } = subscriptionList.parse(answers[1] ?? {});
    const projectionGroups = new Set(projections.map(({ group }) => group));
    return {
      projections: projections.map((projection) => ({ ...projection, service, kind: 'projection' })),
      subscriptions: subscriptions
        .filter(({ group }) => !projectionGroups.has(group))
        .map((subscription) => ({ ...subscription, service, kind: 'subscription' })),
    };
  };

  const listAll: OpsClient['listAll'] = async () => {
    const answers = await Promise.all(SERVICES.map(async ({ name }) => ({ name, listing: await listService(name) })));
    return {
      projections: answers.flatMap(({ listing }) => listing?.projections ?? []),
      subscriptions: answers.flatMap(({ listing }) => listing?.subscriptions ?? []),
      unreachable: answers.filter(({ listing }) => listing === undefined).map(({ name }) => name),
    };
  };

  return {
    listAll,
    find: async (name) => {
      const { projections, subscriptions } = await listAll();
      const all: readonly OperatedConsumer[] = [...projections, ...subscriptions];
      const [first, second] = all.filter((item) => item.name === name || `${item.service}/${item.name}` === name);
      if (first === undefined)
        throw new Error(`There is nothing named ${name}. There are: ${all.map((item) => item.name).join(', ')}`);
      if (second !== undefined)
        throw new Error(`${name} is in ${first.service} and in ${second.service}: use SERVICE/${name}`);
      return first;
    },
    actions: (limit) => firstActions(get, limit),
    report: async (checks) => {
      for (const { name } of SERVICES) {
        const response = await send(`/ops/${name}/audits`, 'POST', { checks });
        if (response.ok) return;
        if (!UNREACHABLE.has(response.status)) throw new Error(await problemText(response));
      }
      throw new Error('No service takes the report');
    },
    request: async ({ service, kind, name }, method, path = '', body) => {
      const response = await send(`/ops/${service}/${kind}s/${encodeURIComponent(name)}${path}`, method, body);
      if (!response.ok) throw new Error(await problemText(response));
      return response;
    },
  };
};
