import { randomBytes, randomUUID, scryptSync, timingSafeEqual } from 'node:crypto';
import type { AppendOutcome, EventLog, ProposedEvent } from '../storage/event-log.ts';
import type { User } from './access.ts';
import { lastEventParser } from './last-event.ts';

export type NewUser = {
  readonly loginName: string;
  readonly fullName: string;
  readonly groups: readonly string[];
  readonly password: string;
};

type StoredUser = Omit<NewUser, 'password'> & { readonly salt: string; readonly hash: string };

export const USER_CREATED_TYPE = '$UserCreated';
export const USER_UPDATED_TYPE = '$UserUpdated';
const STORED_FORMS = new Set([USER_CREATED_TYPE, USER_UPDATED_TYPE]);
const HASH_BYTES = 32;
/** 4 MiB and some ten milliseconds: a password is hashed once, until it is wrong. */
const COST = { N: 4_096, r: 8 } as const;

export const userStream = (loginName: string): string => `$user-${loginName}`;

/** Users beside the two that every node has, each in a system stream of its own. */
export const usersIn = (log: EventLog) => {
  const storedUser = lastEventParser(log, ({ type, data }) => (STORED_FORMS.has(type) ? parseUser(data) : undefined));
  /** Undefined where the stream is not that of a user. */
  const find = (loginName: string): StoredUser | undefined => storedUser(userStream(loginName));

  return {
    find,
    /** `wrong-expected-revision` where the login name is taken. */
    create: (user: NewUser): Promise<AppendOutcome> =>
      log.append(userStream(user.loginName), 'no-stream', [userEvent(USER_CREATED_TYPE, withHash(user))]),
    /** Whether there is such a user to change. The password stays. */
    update: async (loginName: string, changes: Pick<NewUser, 'fullName' | 'groups'>): Promise<boolean> => {
      const user = find(loginName);
      if (user === undefined) return false;
      await log.append(userStream(loginName), 'any', [userEvent(USER_UPDATED_TYPE, { ...user, ...changes })]);
      return true;
    },
  };
};

export type Users = ReturnType<typeof usersIn>;

export const userOf = ({ loginName, groups }: StoredUser): User => ({ name: loginName, groups });

export const isPasswordOf = ({ salt, hash }: StoredUser, password: string): boolean =>
  timingSafeEqual(hashOf(password, salt), Buffer.from(hash, 'base64'));

const hashOf = (password: string, salt: string): Buffer =>
  scryptSync(password, Buffer.from(salt, 'base64'), HASH_BYTES, COST);

const withHash = ({ password, ...user }: NewUser): StoredUser => {
  const salt = randomBytes(16).toString('base64');
  return { ...user, salt, hash: hashOf(password, salt).toString('base64') };
};

const userEvent = (type: string, user: StoredUser): ProposedEvent => ({
  id: randomUUID(),
  type,
  contentType: 'application/json',
  data: Buffer.from(JSON.stringify({ ...user, disabled: false }), 'utf8'),
  metadata: new Uint8Array(),
});

/** Written by the node only: system streams of users belong to administrators. */
const parseUser = (data: Uint8Array): StoredUser => JSON.parse(Buffer.from(data).toString('utf8')) as StoredUser;
