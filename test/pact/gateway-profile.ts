import { MatchersV3 } from '@pact-foundation/pact';
import { nothingYet, problem, type Contract, type Expectation } from './expectation.ts';

const { string, iso8601DateTimeWithMillis, eachLike, regex } = MatchersV3;

/** The user who is there in the state `a builder with a profile`. */
const KNOWN_USER = '0190d1c5-6f00-4000-8000-000000000031';
/** A user whom nobody has heard of. */
const UNKNOWN_USER = '0190d1c5-6f00-4000-8000-000000000032';

const A_BUILDER = 'a builder with a profile';
const A_NEWCOMER = 'a builder who is new';

const publicProfile = {
  userId: string(KNOWN_USER),
  displayName: string('Ada'),
  bio: string(''),
  location: string(''),
  website: string(''),
  avatar: null,
  createdAt: iso8601DateTimeWithMillis('2026-01-01T12:00:00.000Z'),
};

const preferences = {
  colourScheme: regex('system|light|dark', 'system'),
  language: string('en'),
  currency: string('EUR'),
  listView: regex('grid|list', 'grid'),
  partNames: regex('bricklink|rebrickable', 'rebrickable'),
};

const expectations: readonly Expectation[] = [
  {
    given: A_NEWCOMER,
    name: 'a first look at oneself',
    method: 'GET',
    path: '/v1/users/me',
    status: 200,
    reply: { ...publicProfile, preferences },
  },
  {
    given: A_NEWCOMER,
    name: 'another name for oneself',
    method: 'PATCH',
    path: '/v1/users/me',
    body: { displayName: 'Ada the builder' },
    status: 200,
    reply: { ...publicProfile, displayName: 'Ada the builder' },
  },
  {
    given: A_NEWCOMER,
    name: 'a preference for the dark',
    method: 'PATCH',
    path: '/v1/users/me/preferences',
    body: { colourScheme: 'dark' },
    status: 200,
    reply: { ...preferences, colourScheme: 'dark' },
  },
  {
    given: A_NEWCOMER,
    name: 'a preference that is none',
    method: 'PATCH',
    path: '/v1/users/me/preferences',
    body: { colourScheme: 'plaid' },
    status: 400,
    reply: {
      ...problem('invalid-request', 400),
      errors: eachLike({ pointer: '/colourScheme', detail: string('why') }),
    },
  },
  {
    given: A_BUILDER,
    name: 'what everybody may know of a builder',
    method: 'GET',
    path: `/v1/users/${KNOWN_USER}/public`,
    status: 200,
    reply: { ...publicProfile, displayName: 'Ada' },
  },
  {
    given: A_NEWCOMER,
    name: 'a look at somebody who is not there',
    method: 'GET',
    path: `/v1/users/${UNKNOWN_USER}/public`,
    status: 404,
    reply: problem('profile-not-found', 404),
  },
];

/** What the gateway, and the clients behind it, expect of the profile service. */
export const profileContract: Contract = {
  provider: 'profile',
  expectations,
  knownId: KNOWN_USER,
  states: {
    [A_NEWCOMER]: nothingYet,
    [A_BUILDER]: async ({ user, send }) => {
      await send('PATCH', '/v1/users/me', { displayName: 'Ada' });
      return user;
    },
  },
};
