import { z } from 'zod';
import { USER_ID } from '@lego-moc/kernel/user-id';

/** Ids are the Auth Service's: the `sub` of its tokens. */
export const userId = z.string().regex(USER_ID, 'an id of the Auth Service');

/** `me` is the caller. */
export const userParams = z.object({ userId });

/** Without control characters and changes of direction, which make a name read as another one. */
const oneLine = (lengthMax: number) =>
  z
    .string()
    .trim()
    .max(lengthMax)
    .regex(/^[^\p{Cc}\p{Zl}\p{Zp}\u200B-\u200F\u202A-\u202E\u2066-\u2069]*$/u, 'one line of plain text');

export const displayName = oneLine(80).min(1);
const bio = z.string().trim().max(2_000);
const location = oneLine(120);
/** Shown as a link: http and https only. */
const website = z.union([z.literal(''), z.url({ protocol: /^https?$/ }).max(500)]);

/** `PATCH /v1/users/me`: fields that are left out stay as they are. */
export const updateProfileRequest = z.strictObject({
  displayName: displayName.optional(),
  bio: bio.optional(),
  location: location.optional(),
  website: website.optional(),
});

const language = z
  .string()
  .max(35)
  .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'a BCP 47 tag, as in de-AT');
const currency = z.string().regex(/^[A-Z]{3}$/, 'three capital letters, as in EUR');

export const preferences = z.object({
  colourScheme: z.enum(['system', 'light', 'dark']),
  language,
  currency,
  listView: z.enum(['grid', 'list']),
  partNames: z.enum(['bricklink', 'rebrickable']),
});

/** `PATCH /v1/users/me/preferences`: fields that are left out stay as they are. */
export const preferencesRequest = z.strictObject(preferences.partial().shape);

/** Paths of an avatar, by the side of the square in pixels. */
const avatar = z.object({ 64: z.string(), 128: z.string(), 256: z.string(), 512: z.string() }).nullable();

/** The part of a profile that every signed-in user may read. */
export const publicProfile = z.object({
  userId,
  displayName: z.string(),
  bio: z.string(),
  location: z.string(),
  website: z.string(),
  avatar,
  createdAt: z.iso.datetime(),
});
export type PublicProfile = z.infer<typeof publicProfile>;

/** A profile as its owner reads it. */
export const ownProfile = publicProfile.extend({ email: z.string().nullable(), preferences });
export type OwnProfile = z.infer<typeof ownProfile>;

/** An avatar as a page needs it before it has loaded, with signed URLs of all its squares, or paths at the gateway. */
const linkedAvatar = z.object({
  width: z.int(),
  height: z.int(),
  /** See https://blurha.sh. */
  blurhash: z.string(),
  /** As `#rrggbb`. */
  dominantColour: z.string(),
  renditions: z.array(z.object({ side: z.int(), width: z.int(), height: z.int(), url: z.string() })),
});

/** `image` comes with `processed`. `pending` are avatars of former days until they were described. */
const avatarPreview = z.object({
  renditions: z.enum(['pending', 'processed', 'failed']),
  image: linkedAvatar.exactOptional(),
});
export type AvatarPreviewReply = z.infer<typeof avatarPreview>;

/** Reading routes show this besides. Replies to changes hold no URLs that expire: they are stored for repetitions. */
const previewMembers = {
  /** Null without an avatar. */
  avatarPreview: avatarPreview.nullable(),
};
export const previewedPublicProfile = publicProfile.extend(previewMembers);
export type PreviewedPublicProfile = z.infer<typeof previewedPublicProfile>;
export const previewedOwnProfile = ownProfile.extend(previewMembers);

export const IDS_MAX = 100;

/** `GET /v1/users/public?ids=a,b`: at most a hundred. */
export const publicQuery = z.object({
  ids: z
    .string()
    .transform((ids) => ids.split(',').filter((id) => id !== ''))
    .pipe(z.array(userId).min(1).max(IDS_MAX)),
});
/** In the requested order; `missing` are the ids without a profile. */
export const publicReply = z.object({ users: z.array(previewedPublicProfile), missing: z.array(userId) });

export const avatarQuery = z.object({
  size: z.enum(['64', '128', '256', '512']).default('256'),
  /** Gives a new avatar a new URL; the current avatar is returned whatever the value. */
  v: z.string().optional(),
});

/**
 * The pages with the rest of a user's data: other contexts store it and show it to its owner. All of it is on these
 * pages and on those that `nextCursor` leads to.
 */
export const ELSEWHERE = [
  { what: 'MOCs, with their parts lists and files', path: '/v1/mocs?limit=100' },
  { what: 'MOCs, comments, likes, bookmarks, follows and webhooks, as they were recorded', path: '/v1/mocs/export' },
  { what: 'images and albums', path: '/v1/gallery?limit=100' },
  { what: 'images, albums and flags of images, as they were recorded', path: '/v1/gallery/export' },
  { what: 'wishes', path: '/v1/wishlist?limit=100' },
  { what: 'pieces, purchases and builds, as they were recorded', path: '/v1/inventory/export' },
] as const;

/** `GET /v1/users/me/export` */
export const exportReply = z.object({
  exportedAt: z.iso.datetime(),
  profile: ownProfile,
  /** In its largest size. */
  avatar: z.object({ mediaType: z.literal('image/webp'), base64: z.string() }).nullable(),
  /** All recorded events of the user, oldest first. An entry without `data` says why it is unreadable. */
  history: z.array(
    z.object({
      /** The number of the event, counted from 0. */
      revision: z.string(),
      what: z.string(),
      recordedAt: z.iso.datetime(),
      data: z.unknown().optional(),
      unreadable: z.string().optional(),
    }),
  ),
  elsewhere: z.array(z.object({ what: z.string(), path: z.string() })),
});

/** Any offset; converted to UTC. */
export const instant = z.iso.datetime({ offset: true }).transform((at) => new Date(at).toISOString());
export const email = z.email().max(320).nullable();

/** `POST /v1/identity-events`: a change that the Auth Service reports, signed as Standard Webhooks specifies. */
export const identityEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('user.registered'),
    timestamp: instant,
    data: z.object({ userId, email, displayName: displayName.optional() }),
  }),
  z.object({ type: z.literal('user.email-changed'), timestamp: instant, data: z.object({ userId, email }) }),
  z.object({ type: z.literal('user.deleted'), timestamp: instant, data: z.object({ userId }) }),
]);
export type IdentityEvent = z.output<typeof identityEvent>;
