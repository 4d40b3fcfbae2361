import { MatchersV3 } from '@pact-foundation/pact';
import { NO_PICTURE, nothingYet, PICTURE, problem, type Contract, type Expectation } from './expectation.ts';

const { string, iso8601DateTimeWithMillis, eachLike, regex, like } = MatchersV3;

/** The user of the state `a builder with a profile`. */
const KNOWN_USER = '0190d1c5-6f00-4000-8000-000000000031';
/** A user without a profile. */
const UNKNOWN_USER = '0190d1c5-6f00-4000-8000-000000000032';

const A_BUILDER = 'a builder with a profile';
const A_NEWCOMER = 'a builder who is new';
const A_FACE = 'a builder with a picture';

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

const ofSize = (size: number) =>
  regex(
    `^/v1/users/[^/]+/avatar\\?size=${String(size)}&v=[0-9a-f-]{36}$`,
    `/v1/users/${KNOWN_USER}/avatar?size=${String(size)}&v=0190d1c5-6f00-4000-8000-000000000033`,
  );
const avatar = { 64: ofSize(64), 128: ofSize(128), 256: ofSize(256), 512: ofSize(512) };

const expectations: readonly Expectation[] = [
  {
    state: A_NEWCOMER,
    name: 'a first look at oneself',
    method: 'GET',
    path: '/v1/users/me',
    status: 200,
    reply: { ...publicProfile, preferences },
  },
  {
    state: A_NEWCOMER,
    name: 'another name for oneself',
    method: 'PATCH',
    path: '/v1/users/me',
    body: { displayName: 'Ada the builder' },
    status: 200,
    reply: { ...publicProfile, displayName: 'Ada the builder' },
  },
  {
    state: A_BUILDER,
    name: 'another name for oneself, who has changed meanwhile',
    method: 'PATCH',
    path: '/v1/users/me',
    headers: { 'If-Match': '"99"' },
    body: { displayName: 'Ada the builder' },
    status: 412,
    reply: problem('revision-moved', 412),
  },
  {
    state: A_NEWCOMER,
    name: 'a preference for the dark',
    method: 'PATCH',
    path: '/v1/users/me/preferences',
    body: { colourScheme: 'dark' },
    status: 200,
    reply: { ...preferences, colourScheme: 'dark' },
  },
  {
    state: A_NEWCOMER,
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
    state: A_BUILDER,
    name: 'what everybody may know of a builder',
    method: 'GET',
    path: `/v1/users/${KNOWN_USER}/public`,
    status: 200,
    reply: { ...publicProfile, displayName: 'Ada' },
  },
  {
    state: A_NEWCOMER,
    name: 'a look at somebody who is not there',
    method: 'GET',
    path: `/v1/users/${UNKNOWN_USER}/public`,
    status: 404,
    reply: problem('profile-not-found', 404),
  },
  {
    state: A_BUILDER,
    name: 'what everybody may know of several builders',
    method: 'GET',
    path: '/v1/users/public',
    query: { ids: `${KNOWN_USER},${UNKNOWN_USER}` },
    status: 200,
    reply: { users: eachLike(publicProfile), missing: [UNKNOWN_USER] },
  },
  {
    state: A_NEWCOMER,
    name: 'a picture of oneself',
    method: 'PUT',
    path: '/v1/users/me/avatar',
    body: PICTURE,
    status: 200,
    reply: { ...publicProfile, avatar, preferences },
  },
  {
    state: A_NEWCOMER,
    name: 'a picture of oneself that is none',
    method: 'PUT',
    path: '/v1/users/me/avatar',
    body: NO_PICTURE,
    status: 422,
    reply: problem('image-unreadable', 422),
  },
  {
    state: A_FACE,
    name: 'a look at the picture of a builder',
    method: 'GET',
    path: `/v1/users/${KNOWN_USER}/avatar`,
    query: { size: '64' },
    status: 200,
    reply: 'a picture',
  },
  {
    state: A_FACE,
    name: 'no picture of oneself any more',
    method: 'DELETE',
    path: '/v1/users/me/avatar',
    status: 204,
  },
  {
    state: A_BUILDER,
    name: 'all that is known of oneself',
    method: 'GET',
    path: '/v1/users/me/export',
    status: 200,
    reply: {
      exportedAt: iso8601DateTimeWithMillis('2026-01-01T12:00:00.000Z'),
      profile: { ...publicProfile, preferences },
      avatar: null,
      history: eachLike({
        revision: string('0'),
        what: string('ProfileOpened'),
        recordedAt: iso8601DateTimeWithMillis('2026-01-01T12:00:00.000Z'),
        data: like({}),
      }),
      elsewhere: eachLike({ what: string('wishes'), path: string('/v1/wishlist?limit=100') }),
    },
  },
];

/** The expectations of the gateway, and of the clients behind it, on the profile service. */
export const profileContract: Contract = {
  consumer: 'gateway',
  provider: 'profile',
  expectations,
  knownId: KNOWN_USER,
  states: {
    [A_NEWCOMER]: nothingYet,
    [A_BUILDER]: async ({ user, send }) => {
      await send('PATCH', '/v1/users/me', { displayName: 'Ada' });
      return user;
    },
    [A_FACE]: async ({ user, send }) => {
      await send('PUT', '/v1/users/me/avatar', PICTURE);
      return user;
    },
  },
};
