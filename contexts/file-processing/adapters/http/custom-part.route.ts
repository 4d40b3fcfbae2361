import { Router } from 'express';
import type { Revision } from '@lego-moc/application/event-streams';
import { userOf } from '@lego-moc/http/caller';
import { causeOf } from '@lego-moc/http/cause';
import { expectedRevision } from '@lego-moc/http/if-match';
import { omitUndefined } from '@lego-moc/http/omit-undefined';
import { createdReply, noContent, ok, problem, type Reply } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { isRejection, type Rejection } from '@lego-moc/kernel/decider';
import type { UserId } from '@lego-moc/kernel/message';
import type { ChangeCustomParts, CustomPartRefusal } from '../../application/change-custom-parts.ts';
import type { CustomPartStates } from '../../application/own-parts.ts';
import { partKey } from '../../domain/catalogue.ts';
import type { CustomPartId, OwnedCustomPart } from '../../domain/custom-parts.ts';
import {
  addCustomPartContract,
  changeCustomPartContract,
  customPartContract,
  customPartsContract,
  deleteCustomPartContract,
} from './custom-part-contracts.ts';

export type CustomPartRoutes = {
  readonly states: Pick<CustomPartStates, 'latest' | 'lastSeen'>;
  readonly changes: ChangeCustomParts;
};

const STATUS: { readonly [Code in CustomPartRefusal]: number } = {
  'custom-part-not-found': 404,
  'number-taken': 409,
  'part-id-taken': 409,
  'number-in-catalogue': 409,
  'too-many-custom-parts': 409,
  'user-erased': 410,
  'colour-unknown': 422,
  'related-part-unknown': 422,
};

const FIELDS: { readonly [Code in CustomPartRefusal]?: string } = {
  'number-taken': '/number',
  'number-in-catalogue': '/number',
  'colour-unknown': '/colourIds',
  'related-part-unknown': '/relatedPart',
};

const problemFor = ({ rejected, because }: Rejection<CustomPartRefusal>): Reply => {
  const pointer = FIELDS[rejected];
  return problem(STATUS[rejected], rejected, because, {
    ...(pointer === undefined ? {} : { errors: [{ pointer, detail: because }] }),
  });
};

const notFound = problem(404, 'custom-part-not-found', 'You have no such custom part.');

const tagOf = (revision: Revision): bigint | undefined => (revision === 'no-stream' ? undefined : revision);

const replyOf = ({ partId, number, name, colourIds, relatedPart, addedAt }: OwnedCustomPart) => ({
  ...{ customPartId: partId, number, name, colourIds: [...colourIds], relatedPart, addedAt },
});

/** Numbers in the order of their code units, as `<` compares them. */
const inOrder = (parts: Iterable<OwnedCustomPart>): readonly OwnedCustomPart[] =>
  [...parts].sort((part, other) => (partKey(part.number) < partKey(other.number) ? -1 : 1));

/** Routes for the own custom parts; nobody sees those of another user. */
export const customPartRoutes = ({ states, changes }: CustomPartRoutes): Router => {
  const { latest, lastSeen } = states;
  const partOf = async (owner: UserId, id: string, read = latest) => {
    const { state, revision } = await read(owner);
    return { part: state.parts.get(id as CustomPartId), etag: tagOf(revision) };
  };

  return Router().use(
    route(customPartsContract, async ({ query: { cursor = '', limit }, request }) => {
      const { state, revision } = await latest(userOf(request).id);
      const rest = inOrder(state.parts.values()).filter(({ number }) => partKey(number) > cursor);
      const page = rest.slice(0, limit);
      const last = rest.length > limit ? page.at(-1) : undefined;
      const nextCursor = last === undefined ? null : partKey(last.number);
      return ok({ customParts: page.map(replyOf), nextCursor }, { etag: tagOf(revision) });
    }),

    route(addCustomPartContract, async ({ body, request }) => {
      const [{ id: owner }, cause] = [userOf(request), causeOf(request)];
      const id = cause.commandId as CustomPartId;
      const outcome = await changes.add(owner, id, body, cause);
      if (isRejection<CustomPartRefusal>(outcome)) return problemFor(outcome);
      const { part, etag } = await partOf(owner, id, lastSeen);
      return part === undefined ? notFound : createdReply(`/v1/custom-parts/${id}`, replyOf(part), etag);
    }),

    route(customPartContract, async ({ params: { customPartId }, request }) => {
      const { part, etag } = await partOf(userOf(request).id, customPartId);
      return part === undefined ? notFound : ok(replyOf(part), { etag });
    }),

    route(changeCustomPartContract, async ({ params, body, request }) => {
      const [{ id: owner }, id] = [userOf(request), params.customPartId as CustomPartId];
      const change = omitUndefined(body);
      const outcome = await changes.change(owner, id, change, causeOf(request), expectedRevision(request));
      if (isRejection<CustomPartRefusal>(outcome)) return problemFor(outcome);
      const { part, etag } = await partOf(owner, id, lastSeen);
      return part === undefined ? notFound : ok(replyOf(part), { etag });
    }),

    route(deleteCustomPartContract, async ({ params, request }) => {
      const id = params.customPartId as CustomPartId;
      const outcome = await changes.remove(userOf(request).id, id, causeOf(request), expectedRevision(request));
      return isRejection<CustomPartRefusal>(outcome) ? problemFor(outcome) : noContent(tagOf(outcome.revision));
    }),
  );
};
