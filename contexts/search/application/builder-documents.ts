import type { PublicProfile } from '@lego-moc/profile/contracts/http-api';
import type { ProfilePayload } from '@lego-moc/profile/contracts/integration-events';
import { nameKeyOf } from '../domain/words.ts';
import { BARE, DESCRIPTION_LENGTH_MAX, toStorable, withText, yearOf, type DocumentWithText } from './documents.ts';

/** An event of a profile with its public part, which no event has; null when there is no such profile any more. */
export type BuilderPayload = ProfilePayload & { readonly profile: PublicProfile | null };

/** A user as their public profile shows them; none once they are erased. */
export const builderDocument = ({ status, profile }: BuilderPayload): DocumentWithText | undefined => {
  if (status === 'erased' || profile === null) return undefined;
  const { userId, displayName, bio, avatar, createdAt } = profile;
  const title = toStorable(displayName);
  const name = nameKeyOf(title);
  const document = {
    ...BARE,
    ...{ type: 'builder' as const, owner: userId, status: 'published' as const, title, avatar },
    description: toStorable(bio.slice(0, DESCRIPTION_LENGTH_MAX)),
    exact_keys: name === '' ? [] : [name],
    year: yearOf(createdAt),
    created_at: createdAt,
  };
  return withText(document, bio);
};
