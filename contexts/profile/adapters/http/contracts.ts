import { defineRoute, type RouteContract } from '@lego-moc/http/route-contract';
import { signedImageContract } from '@lego-moc/service/signed-image-route';
import { AVATARS_FOLDER } from '../../application/ports/avatars.ts';
import { IMAGE_SIZE_MAX, ACCEPTED_IMAGE_TYPES } from '@lego-moc/images/limits';
import {
  avatarQuery,
  exportReply,
  identityEvent,
  ownProfile,
  preferences,
  preferencesRequest,
  previewedOwnProfile,
  previewedPublicProfile,
  publicQuery,
  publicReply,
  updateProfileRequest,
  userParams,
} from '../../contracts/http-api.ts';

const tags = ['Users'];
const doneReply = { description: 'Done, now or before' };
const profile = { description: 'The profile', schema: ownProfile };
const previewedProfile = { description: 'The profile', schema: previewedOwnProfile };

export const readMe = defineRoute({
  method: 'get',
  path: '/v1/users/me',
  summary: "Read the caller's own profile; it is created on first use",
  tags,
  replies: { 200: previewedProfile },
});

export const readMyPreferences = defineRoute({
  method: 'get',
  path: '/v1/users/me/preferences',
  summary: "Read the caller's preferences",
  tags,
  replies: { 200: { description: 'The preferences', schema: preferences } },
});

export const choosePreferences = defineRoute({
  method: 'patch',
  path: '/v1/users/me/preferences',
  summary: "Change the caller's preferences; fields that are left out stay unchanged",
  tags,
  body: preferencesRequest,
  replies: { 200: { description: 'The preferences', schema: preferences } },
});

export const exportMe = defineRoute({
  method: 'get',
  path: '/v1/users/me/export',
  summary: 'Export all data about the caller, with its history',
  tags,
  replies: { 200: { description: 'Everything', schema: exportReply } },
});

export const readPublicProfiles = defineRoute({
  method: 'get',
  path: '/v1/users/public',
  summary: 'Read up to 100 public profiles',
  tags,
  query: publicQuery,
  replies: { 200: { description: 'The profiles found', schema: publicReply } },
});

export const readProfile = defineRoute({
  method: 'get',
  path: '/v1/users/:userId',
  summary: 'Read a whole profile, as its owner or an operator; `me` is the caller',
  tags,
  params: userParams,
  replies: { 200: previewedProfile },
});

export const updateProfile = defineRoute({
  method: 'patch',
  path: '/v1/users/:userId',
  summary: 'Change the own profile; fields that are left out stay unchanged',
  tags,
  params: userParams,
  body: updateProfileRequest,
  replies: { 200: profile },
});

export const eraseProfile = defineRoute({
  method: 'delete',
  path: '/v1/users/:userId',
  summary: 'Erase all data of a user permanently',
  description: 'For the user themselves and for operators. The account at the Auth Service remains.',
  tags,
  params: userParams,
  replies: { 204: doneReply },
});

export const readPublicProfile = defineRoute({
  method: 'get',
  path: '/v1/users/:userId/public',
  summary: 'Read a public profile',
  tags,
  params: userParams,
  replies: { 200: { description: 'The public profile', schema: previewedPublicProfile } },
});

export const putAvatar = defineRoute({
  method: 'put',
  path: '/v1/users/:userId/avatar',
  summary: `Upload an avatar: ${ACCEPTED_IMAGE_TYPES} of at most 20 MiB, ${IMAGE_SIZE_MAX}`,
  tags,
  params: userParams,
  upload: { mediaType: 'image/*' },
  replies: { 200: profile },
});

export const readAvatar = defineRoute({
  method: 'get',
  path: '/v1/users/:userId/avatar',
  summary: 'Read the avatar of a user, as a square',
  tags,
  params: userParams,
  query: avatarQuery,
  replies: { 200: { description: 'The avatar', mediaType: 'image/webp' } },
});

export const deleteAvatar = defineRoute({
  method: 'delete',
  path: '/v1/users/:userId/avatar',
  summary: 'Delete the own avatar',
  tags,
  params: userParams,
  replies: { 204: doneReply },
});

export const receiveIdentityEvent = defineRoute({
  method: 'post',
  path: '/v1/identity-events',
  summary: 'Receive a webhook of the Auth Service, signed as Standard Webhooks specifies',
  description:
    'Headers `webhook-id`, `webhook-timestamp` (seconds) and `webhook-signature` (`v1,` and base64 of the HMAC-SHA256 ' +
    'of `id.timestamp.body`). Refused when older than five minutes; repeating it changes nothing.',
  tags: ['Identity'],
  access: 'anyone',
  upload: { mediaType: 'application/json', schema: identityEvent },
  replies: { 204: doneReply },
});

export const readSignedAvatar = { ...signedImageContract('profile', AVATARS_FOLDER), tags };

/** The contracts of all routes of this service. */
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
  readSignedAvatar,
  receiveIdentityEvent,
];
