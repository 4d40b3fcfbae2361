import { defineRoute, type RouteContract } from '@lego-moc/http/route-contract';
import { IMAGE_SIZE_MAX, ACCEPTED_IMAGE_TYPES } from '@lego-moc/images/limits';
import {
  avatarQuery,
  exportReply,
  identityEvent,
  ownProfile,
  preferences,
  preferencesRequest,
  publicProfile,
  publicQuery,
  publicReply,
  updateProfileRequest,
  userParams,
} from '../../contracts/http-api.ts';

const tags = ['Users'];
const done = { description: 'Done, or done before' };
const profile = { description: 'The profile', schema: ownProfile };

export const readMe = defineRoute({
  method: 'get',
  path: '/v1/users/me',
  summary: "The caller's own profile; the first time it is made",
  tags,
  replies: { 200: profile },
});

export const readMyPreferences = defineRoute({
  method: 'get',
  path: '/v1/users/me/preferences',
  summary: 'How the caller wants the platform to look',
  tags,
  replies: { 200: { description: 'The preferences', schema: preferences } },
});

export const choosePreferences = defineRoute({
  method: 'patch',
  path: '/v1/users/me/preferences',
  summary: 'Choose how the platform looks; what is left out stays as it is',
  tags,
  body: preferencesRequest,
  replies: { 200: { description: 'The preferences', schema: preferences } },
});

export const exportMe = defineRoute({
  method: 'get',
  path: '/v1/users/me/export',
  summary: 'Everything that is known of the caller, their history included',
  tags,
  replies: { 200: { description: 'Everything', schema: exportReply } },
});

export const readPublicProfiles = defineRoute({
  method: 'get',
  path: '/v1/users/public',
  summary: 'Up to a hundred public profiles at once',
  tags,
  query: publicQuery,
  replies: { 200: { description: 'Those that there are', schema: publicReply } },
});

export const readProfile = defineRoute({
  method: 'get',
  path: '/v1/users/:userId',
  summary: 'A whole profile, for its owner and for operators; `me` is whoever asks',
  tags,
  params: userParams,
  replies: { 200: profile },
});

export const updateProfile = defineRoute({
  method: 'patch',
  path: '/v1/users/:userId',
  summary: 'Change one’s profile; what is left out stays as it is',
  tags,
  params: userParams,
  body: updateProfileRequest,
  replies: { 200: profile },
});

export const eraseProfile = defineRoute({
  method: 'delete',
  path: '/v1/users/:userId',
  summary: 'Have everything forgotten that is known of a user, for good',
  description: 'For the user themselves and for operators. The account at the Auth Service is another matter.',
  tags,
  params: userParams,
  replies: { 204: done },
});

export const readPublicProfile = defineRoute({
  method: 'get',
  path: '/v1/users/:userId/public',
  summary: 'What everybody may know of a user',
  tags,
  params: userParams,
  replies: { 200: { description: 'The public profile', schema: publicProfile } },
});

export const putAvatar = defineRoute({
  method: 'put',
  path: '/v1/users/:userId/avatar',
  summary: `Show a picture of oneself: ${ACCEPTED_IMAGE_TYPES} of at most 20 MiB and ${IMAGE_SIZE_MAX}`,
  tags,
  params: userParams,
  upload: { mediaType: 'image/*' },
  replies: { 200: profile },
});

export const readAvatar = defineRoute({
  method: 'get',
  path: '/v1/users/:userId/avatar',
  summary: 'The picture of a user, as a square',
  tags,
  params: userParams,
  query: avatarQuery,
  replies: { 200: { description: 'The picture', mediaType: 'image/webp' } },
});

export const deleteAvatar = defineRoute({
  method: 'delete',
  path: '/v1/users/:userId/avatar',
  summary: 'Show no picture of oneself any more',
  tags,
  params: userParams,
  replies: { 204: done },
});

export const hearIdentityEvent = defineRoute({
  method: 'post',
  path: '/v1/identity-events',
  summary: 'News of the Auth Service, signed as the Standard Webhooks have it',
  description:
    'Headers `webhook-id`, `webhook-timestamp` (seconds) and `webhook-signature` (`v1,` and base64 of the HMAC-SHA256 ' +
    'of `id.timestamp.body`). Older than five minutes is refused; a repetition changes nothing.',
  tags: ['Identity'],
  access: 'anyone',
  upload: { mediaType: 'application/json', schema: identityEvent },
  replies: { 204: done },
});

/** Everything this service promises over HTTP. */
export const CONTRACTS: readonly RouteContract[] = [
  readMe,
  readMyPreferences,
  choosePreferences,
  exportMe,
  readPublicProfiles,
  readProfile,
  updateProfile,
  eraseProfile,
  readPublicProfile,
  putAvatar,
  readAvatar,
  deleteAvatar,
  hearIdentityEvent,
];
