import { Router } from 'express';
import { userOf } from '@lego-moc/http/caller';
import { ok, problem } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import type { CatalogueReply, PartReply } from '../../contracts/catalogue-api.ts';
import { catalogueContract, partContract } from './routes.ts';

export type CatalogueRoutes = {
  readonly newest: () => Promise<CatalogueReply>;
  readonly part: (partNumber: string) => Promise<PartReply | undefined>;
};

/** Read routes of the catalogue, for any user. */
export const catalogueRoutes = ({ newest, part }: CatalogueRoutes): Router =>
  Router()
    .use(
      route(catalogueContract, async ({ request }) => {
        userOf(request);
        return ok(await newest());
      }),
    )
    .use(
      route(partContract, async ({ params: { partNumber }, request }) => {
        userOf(request);
        const reply = await part(partNumber);
        return reply === undefined
          ? problem(404, 'part-not-found', 'The catalogue does not have this part.')
          : ok(reply);
      }),
    );
