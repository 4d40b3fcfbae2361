import { Router } from 'express';
import type { Revision } from '@lego-moc/application/event-streams';
import { userOf } from '@lego-moc/http/caller';
import { causeOf } from '@lego-moc/http/cause';
import { expectedRevision } from '@lego-moc/http/if-match';
import { noContent, ok, problem, type Reply } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { isRejection, type Rejection } from '@lego-moc/kernel/decider';
import type { UserId } from '@lego-moc/kernel/message';
import type { ChangePartLinks, PartLinkRefusal } from '../../application/change-part-links.ts';
import type { OwnLinkStates } from '../../application/own-parts.ts';
import { partKey } from '../../domain/catalogue.ts';
import { partLinkIdOf, type OwnLink, type OwnLinks, type PartLinkId } from '../../domain/own-links.ts';
import { linkKey } from '../../domain/part-links.ts';
import {
  changePartLinkContract,
  clearPartLinksContract,
  deletePartLinkContract,
  importPartLinksContract,
  partLinkContract,
  partLinksContract,
} from './part-link-contracts.ts';

export type PartLinkRoutes = {
  readonly states: Pick<OwnLinkStates, 'latest' | 'lastSeen'>;
  readonly changes: ChangePartLinks;
};

const STATUS: { readonly [Code in PartLinkRefusal]: number } = {
  'part-link-not-found': 404,
  'too-many-part-links': 409,
  'user-erased': 410,
  'cross-walk-unreadable': 422,
};

const problemFor = ({ rejected, because }: Rejection<PartLinkRefusal>): Reply =>
  problem(STATUS[rejected], rejected, because, {
    ...(rejected === 'cross-walk-unreadable' ? { errors: [{ pointer: '/csv', detail: because }] } : {}),
  });

const notFound = problem(404, 'part-link-not-found', 'Your table has no such number.');

const tagOf = (revision: Revision): bigint | undefined => (revision === 'no-stream' ? undefined : revision);

const replyOf = (link: OwnLink) => {
  const { scheme, number, partNumber: part, provenance } = link;
  return { partLinkId: partLinkIdOf(link), scheme, number, part, provenance };
};

const placeOf = ({ scheme, number }: OwnLink): string => linkKey(scheme, partKey(number));

/** Links by scheme and number in the order of their code units, as `<` compares them. */
const inOrder = ({ links }: OwnLinks): readonly OwnLink[] =>
  Object.values(links).sort((link, other) => (placeOf(link) < placeOf(other) ? -1 : 1));

/** Routes for the own table of part numbers; nobody sees that of another user. */
export const partLinkRoutes = ({ states, changes }: PartLinkRoutes): Router => {
  const { latest, lastSeen } = states;
  const linkOf = async (owner: UserId, id: string, read = latest): Promise<Reply> => {
    const { state, revision } = await read(owner);
    const link = state.links[id];
    return link === undefined ? notFound : ok(replyOf(link), { etag: tagOf(revision) });
  };

  return Router().use(
    route(partLinksContract, async ({ query: { cursor = '', limit }, request }) => {
      const { state, revision } = await latest(userOf(request).id);
      const rest = inOrder(state).filter((link) => placeOf(link) > cursor);
      const page = rest.slice(0, limit);
      const last = rest.length > limit ? page.at(-1) : undefined;
      const nextCursor = last === undefined ? null : placeOf(last);
      return ok({ partLinks: page.map(replyOf), nextCursor }, { etag: tagOf(revision) });
    }),

    route(importPartLinksContract, async ({ body, request }) => {
      const result = await changes.import(userOf(request).id, body, causeOf(request));
      return isRejection<PartLinkRefusal>(result) ? problemFor(result) : ok(result);
    }),

    route(clearPartLinksContract, async ({ request }) => {
      const outcome = await changes.clear(userOf(request).id, causeOf(request), expectedRevision(request));
      return isRejection<PartLinkRefusal>(outcome) ? problemFor(outcome) : noContent(tagOf(outcome.revision));
    }),

    route(partLinkContract, ({ params: { partLinkId }, request }) => linkOf(userOf(request).id, partLinkId)),

    route(changePartLinkContract, async ({ params, body: { part, provenance }, request }) => {
      const [{ id: owner }, id] = [userOf(request), params.partLinkId as PartLinkId];
      const change = {
        ...(part === undefined ? {} : { partNumber: part }),
        ...(provenance === undefined ? {} : { provenance }),
      };
      const outcome = await changes.change(owner, id, change, causeOf(request), expectedRevision(request));
      return isRejection<PartLinkRefusal>(outcome) ? problemFor(outcome) : linkOf(owner, id, lastSeen);
    }),

    route(deletePartLinkContract, async ({ params, request }) => {
      const id = params.partLinkId as PartLinkId;
      const outcome = await changes.remove(userOf(request).id, id, causeOf(request), expectedRevision(request));
      return isRejection<PartLinkRefusal>(outcome) ? problemFor(outcome) : noContent(tagOf(outcome.revision));
    }),
  );
};
