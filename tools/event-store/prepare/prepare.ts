import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { BACKWARDS, END, jsonEvent, StreamNotFoundError, type EventStoreDBClient } from '@eventstore/db-client';
import { PrepareError, type UserApi } from './user-api.ts';

export type PrepareOptions = {
  readonly client: EventStoreDBClient;
  readonly users: UserApi;
  /** An account for each of these services. */
  readonly services: readonly string[];
  /** A password for each account that is missing. */
  readonly passwords: Readonly<Record<string, string>>;
  readonly dryRun: boolean;
};

type Acl = Record<string, unknown>;

const ADMINS = '$admins';
/** The role that is needed to create groups and to replay parked messages. */
const OPERATORS = '$ops';

const lastData = async (client: EventStoreDBClient, stream: string): Promise<Record<string, unknown>> => {
  try {
    let data: unknown;
    for await (const { event } of client.readStream(stream, { direction: BACKWARDS, fromRevision: END, maxCount: 1 }))
      data = event?.data;
    return typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : {};
  } catch (error) {
    if (error instanceof StreamNotFoundError) return {};
    throw error;
  }
};

/** Roles as a list without repetition, those that are there first. */
const withRoles = (roles: unknown, additions: readonly string[]): readonly string[] => {
  const present = Array.isArray(roles) ? roles.map(String) : typeof roles === 'string' ? [roles] : [];
  return [...new Set([...present, ...additions])];
};

/** Everything with streams of their own, nothing with anybody else's: only administrators and the services. */
const closedAcl = (accounts: readonly string[]): Acl =>
  Object.fromEntries(['$r', '$w', '$d', '$mr', '$mw'].map((right) => [right, [ADMINS, ...accounts]]));

const ensureAccounts = async ({ users, services, passwords, dryRun }: PrepareOptions): Promise<readonly string[]> => {
  const changes: string[] = [];
  for (const name of services) {
    const account = { name, fullName: `LEGO MOC platform: ${name}`, groups: [OPERATORS] };
    const user = await users.find(name);
    if (user === undefined) {
      const password = passwords[name];
      if (password === undefined) throw new PrepareError(`There is no password for the account ${name}.`);
      if (!dryRun) await users.create(account, password);
      changes.push(`account ${name}: created, in ${OPERATORS}`);
    } else if (!user.groups.includes(OPERATORS)) {
      if (!dryRun) await users.update({ ...account, groups: [...user.groups, OPERATORS] });
      changes.push(`account ${name}: added to ${OPERATORS}`);
    }
  }
  return changes;
};

const letThemReadAll = async ({ client, services, dryRun }: PrepareOptions): Promise<readonly string[]> => {
  const metadata = await lastData(client, '$$$all');
  const acl = (metadata['$acl'] ?? {}) as Acl;
  const expected = { ...metadata, $acl: { ...acl, $r: withRoles(acl['$r'], [ADMINS, ...services]) } };
  if (isDeepStrictEqual(expected, metadata)) return [];
  if (!dryRun)
    await client.appendToStream('$$$all', jsonEvent({ id: randomUUID(), type: '$metadata', data: expected }));
  return [`$all: readable by ${services.join(', ')}`];
};

const closeDefaults = async ({ client, services, dryRun }: PrepareOptions): Promise<readonly string[]> => {
  const settings = await lastData(client, '$settings');
  const system = (settings['$systemStreamAcl'] ?? {}) as Acl;
  const expected = {
    ...settings,
    $userStreamAcl: closedAcl(services),
    $systemStreamAcl: {
      ...Object.fromEntries(['$w', '$d', '$mr', '$mw'].map((right) => [right, [ADMINS]])),
      ...system,
      $r: withRoles(system['$r'], [ADMINS, ...services]),
    },
  };
  if (isDeepStrictEqual(expected, settings)) return [];
  if (!dryRun)
    await client.appendToStream(
      '$settings',
      jsonEvent({ id: randomUUID(), type: 'update-default-acl', data: expected }),
    );
  return [
    `default access list: streams without $ for ${ADMINS} and ${services.join(', ')} only`,
    `default access list: system streams, parked messages among them, readable by ${services.join(', ')}`,
  ];
};

/** What operators look streams up in: which there are, and what one request led to. */
const LISTS = ['$streams', '$stream_by_category', '$by_correlation_id'] as const;

const keepLists = async ({ client, dryRun }: PrepareOptions): Promise<readonly string[]> => {
  const changes: string[] = [];
  for (const name of LISTS) {
    const { status } = await client.getProjectionStatus(name);
    if (status.startsWith('Running')) continue;
    if (!dryRun) await client.enableProjection(name);
    changes.push(`projection ${name}: enabled`);
  }
  return changes;
};

/**
 * Makes a secured store ready for the platform: an account per service in `$ops`, `$all` and parked messages readable
 * by them, everything else closed to others, and lists of streams for operators. Returns the changes, made or planned, a sentence each; none the second
 * time. Throws `PrepareError`.
 */
export const prepareStore = async (options: PrepareOptions): Promise<readonly string[]> => [
  ...(await ensureAccounts(options)),
  ...(await letThemReadAll(options)),
  ...(await closeDefaults(options)),
  ...(await keepLists(options)),
];
