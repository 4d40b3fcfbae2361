import { Router } from 'express';
import { userOf } from '@lego-moc/http/caller';
import { ok, problem } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import type {
  CatalogueReply,
  ChangesQuery,
  ChangesReply,
  ColoursReply,
  ElementReply,
  PartReply,
  PartsQuery,
  PartsReply,
  ReleasesReply,
} from '../../contracts/catalogue-api.ts';
import {
  catalogueContract,
  changesContract,
  coloursContract,
  elementContract,
  partContract,
  partsContract,
  releasesContract,
} from './catalogue-contracts.ts';

export type CatalogueRoutes = {
  readonly newest: () => Promise<CatalogueReply>;
  readonly part: (partNumber: string) => Promise<PartReply | undefined>;
  readonly searchParts: (query: PartsQuery) => Promise<PartsReply>;
  readonly colours: () => Promise<ColoursReply>;
  readonly element: (elementId: string) => Promise<ElementReply | undefined>;
  readonly releases: () => Promise<ReleasesReply>;
  /** `undefined` when the release `since` is not there. */
  readonly changes: (query: ChangesQuery) => Promise<ChangesReply | undefined>;
};

/** Read routes of the catalogue, for any user. */
export const catalogueRoutes = (catalogue: CatalogueRoutes): Router =>
  Router()
    .use(
      route(catalogueContract, async ({ request }) => {
        userOf(request);
        return ok(await catalogue.newest());
      }),
    )
    .use(
      route(partContract, async ({ params: { partNumber }, request }) => {
        userOf(request);
        const reply = await catalogue.part(partNumber);
        return reply === undefined
          ? problem(404, 'part-not-found', 'The catalogue does not have this part.')
          : ok(reply);
      }),
    )
    .use(
      route(partsContract, async ({ query, request }) => {
        userOf(request);
        return ok(await catalogue.searchParts(query));
      }),
    )
    .use(
      route(coloursContract, async ({ request }) => {
        userOf(request);
        return ok(await catalogue.colours());
      }),
    )
    .use(
      route(elementContract, async ({ params: { elementId }, request }) => {
        userOf(request);
        const reply = await catalogue.element(elementId);
        return reply === undefined
          ? problem(404, 'element-not-found', 'The catalogue does not have this element.')
          : ok(reply);
      }),
    )
    .use(
      route(releasesContract, async ({ request }) => {
        userOf(request);
        return ok(await catalogue.releases());
      }),
    )
    .use(
      route(changesContract, async ({ query, request }) => {
        userOf(request);
        const reply = await catalogue.changes(query);
        return reply === undefined
          ? problem(
              404,
              'release-not-found',
              'That release is not there: GET /v1/catalogue/releases names those that are.',
            )
          : ok(reply);
      }),
    );
